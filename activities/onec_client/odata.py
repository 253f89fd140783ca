"""1C:Enterprise's standard OData interface, version 3 as JSON: the part of it that the product needs.

Each call is one request, ends within `REQUEST_SECONDS`, and reads no more than its size limit.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn
from urllib.parse import quote

import httpx

from activities.onec_client.errors import (
    BadAnswer,
    Denied,
    Failed,
    NotConfigured,
    OneCError,
    Rejected,
    Unavailable,
    VersionChanged,
)

REQUEST_SECONDS = 10.0
CONNECT_SECONDS = 5.0
MAX_BYTES = 8_000_000
_MESSAGE_LENGTH = 500
_BUSY = (408, 425, 429, 502, 503, 504)
_NO_OBJECT = "9"  # the code of 1C's «no object of this key»; `8` is «no such entity»
_AUTH_HINT = "check user, password and rights of the user in 1C"

Row = dict[str, Any]


def make_client(
    base: str, user: str, password: str, *, seconds: float = REQUEST_SECONDS
) -> httpx.AsyncClient:
    """A client for the publication at `base`, such as `https://server/base`. The caller closes it.

    It follows no redirects and heeds no proxy variables: the password goes to this address only.
    """
    return httpx.AsyncClient(
        base_url=base.rstrip("/") + "/odata/standard.odata/",
        auth=httpx.BasicAuth(user.encode(), password.encode()),  # 1C's users have Russian names
        timeout=httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
        trust_env=False,
        headers={"Accept": "application/json"},
    )


def text(value: str) -> str:
    """A text as a literal of a filter."""
    return "'" + value.replace("'", "''") + "'"


def guid(value: str) -> str:
    """A reference as a literal."""
    return f"guid'{value}'"


@dataclass(frozen=True)
class Select:
    """What to read: `where` is an OData filter, `fields` what of each object (all where empty)."""

    entity: str
    where: str = ""
    fields: Sequence[str] = ()
    order: str = ""
    top: int = 100
    skip: int = 0

    def address(self) -> str:
        """The path with its query. `$` and Cyrillic stay readable to 1C, spaces become %20, never `+`."""
        options = {
            "$filter": self.where,
            "$select": ",".join(dict.fromkeys(self.fields)),
            "$orderby": self.order,
            "$top": str(self.top),
            "$skip": str(self.skip) if self.skip else "",
        }
        given = [f"&{name}={quote(value, safe=',()')}" for name, value in options.items() if value]
        return f"{quote(self.entity)}?$format=json{''.join(given)}"


class OData:
    """The calls. Every one raises the errors of `activities.onec_client.errors`."""

    def __init__(self, client: httpx.AsyncClient | None) -> None:
        self._client = client

    async def select(self, wanted: Select, max_bytes: int = MAX_BYTES) -> list[Row]:
        """The objects, at most `wanted.top`."""
        body = await self._call("GET", wanted.address(), max_bytes=max_bytes)
        rows = body.get("value")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BadAnswer(f"1C, {wanted.entity}: expected a list of objects in `value`, got {_kind(rows)}")
        if len(rows) > wanted.top:
            raise BadAnswer(f"1C, {wanted.entity}: asked for at most {wanted.top} objects, got {len(rows)}")
        return rows

    async def create(self, entity: str, values: Mapping[str, Any]) -> Row:
        """Writes a new object; returns it as 1C keeps it."""
        return await self._call("POST", f"{quote(entity)}?$format=json", values)

    async def change(self, entity: str, ref: str, values: Mapping[str, Any], version: str | None) -> Row:
        """Changes requisites. Raises VersionChanged where the object is not of this `DataVersion` any more."""
        address = f"{quote(entity)}({guid(ref)})?$format=json"
        return await self._call("PATCH", address, values, version=version)

    async def act(self, entity: str, ref: str, action: str) -> None:
        """Has 1C do something with the object, such as `Post` or `ExecuteTask`."""
        await self._call("POST", f"{quote(entity)}({guid(ref)})/{quote(action)}()?$format=json")

    async def _call(
        self,
        method: str,
        address: str,
        body: Mapping[str, Any] | None = None,
        *,
        version: str | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> Row:
        if self._client is None:
            raise NotConfigured("1C is not set up here: its address is empty; see docs/onec.md")
        headers = {"Content-Type": "application/json;charset=utf-8"} if body is not None else {}
        if version is not None:
            headers["If-Match"] = version
        content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        request = self._client.build_request(method, address, content=content, headers=headers)
        status, answer = await _send(self._client, request, max_bytes)
        if 200 <= status < 300:
            return {} if status == 204 or (not answer and method != "GET") else _parse(answer)
        raise _error(status, answer)


async def _send(client: httpx.AsyncClient, request: httpx.Request, max_bytes: int) -> tuple[int, bytes]:
    """Status and body. The time counts from the first byte sent to the last one read."""
    seconds = client.timeout.read or REQUEST_SECONDS
    try:
        async with asyncio.timeout(seconds):
            response = await client.send(request, stream=True)
            try:
                return response.status_code, await _read(response, max_bytes)
            finally:
                await response.aclose()
    except (TimeoutError, httpx.TimeoutException):
        raise Unavailable(f"1C did not answer within {seconds:g} s") from None
    except httpx.DecodingError:
        raise BadAnswer("1C: expected JSON, got a body that is not packed as it says") from None
    except httpx.HTTPError as error:
        raise Unavailable(f"1C is not reachable ({type(error).__name__})") from None


async def _read(response: httpx.Response, max_bytes: int) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > max_bytes:
            raise BadAnswer(f"1C: expected at most {max_bytes} bytes, got more")
        parts.append(part)
    return b"".join(parts)


def _parse(answer: bytes) -> Row:
    """The JSON object of an answer. Numbers become Decimal, so that no kopeck is lost."""
    try:
        body = json.loads(
            answer.decode("utf-8-sig"), parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number
        )
    except (ValueError, RecursionError, ArithmeticError):
        raise BadAnswer(f"1C: expected JSON in UTF-8, got {_sample(answer)}") from None
    if not isinstance(body, dict):
        raise BadAnswer(f"1C: expected a JSON object, got {_kind(body)}")
    return body


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _sample(answer: bytes) -> str:
    """What kind of rubbish it is, without quoting it: nobody knows whose data is in it."""
    start = answer[:200].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "an HTML page (is the address right, does a proxy or a login page stand before 1C?)"
    if start.startswith(b"<?xml"):
        return "XML"
    return f"{len(answer)} bytes of something else" if answer else "nothing"


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "yes/no", Decimal: "a number"}
    return names.get(type(value), "nothing")


def _error(status: int, answer: bytes) -> OneCError:
    code, said = _own_message(answer)
    if status in (401, 403):
        return Denied(f"1C refused access (HTTP {status}){_colon(said)}; {_AUTH_HINT}")
    if status == 412:
        return VersionChanged("1C: the object was changed meanwhile")
    if status in _BUSY:
        return Unavailable(f"1C is not available (HTTP {status})")
    if not said:
        if status >= 500:
            return Unavailable(f"1C failed (HTTP {status})")
        return BadAnswer(
            f"1C: expected an answer of the OData interface, got HTTP {status}, {_sample(answer)}"
        )
    if status >= 500:
        return Failed(f"1C failed: {said}")
    if status == 404 and code != _NO_OBJECT:
        return Rejected(f"1C does not publish this: {said}; see docs/onec.md, «Состав»")
    return Rejected(f"1C refused: {said}")


def _own_message(answer: bytes) -> tuple[str, str]:
    """Code and sentence of 1C's error body; both empty where it is none."""
    try:
        error = json.loads(answer.decode("utf-8-sig"))["odata.error"]
        code, said = str(error.get("code", "")), error["message"]["value"]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return "", ""
    return (code, " ".join(said.split())[:_MESSAGE_LENGTH]) if isinstance(said, str) else ("", "")


def _colon(said: str) -> str:
    return f": {said}" if said else ""
