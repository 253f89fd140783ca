"""Calls to the API in the same process, as the person who looks at the page.

Pages hold no rule and no right of their own: each call shows the person's session, so that whoever was dismissed
or signed out gets nothing more from a page that is still open.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import httpx

Json = Any  # what an answer holds is described by OpenAPI
_HERE = "http://voronka"


class Problem(Exception):
    """A call that was refused: an RFC 9457 problem.

    `detail`: a sentence in the person's language. `data`: the whole problem (missing, gates, stage, allowed…).
    """

    def __init__(self, status: int, data: Mapping[str, Any]) -> None:
        super().__init__(str(data.get("detail") or data.get("title") or status))
        self.status = status
        self.data = dict(data)
        self.code = str(data.get("code", ""))
        self.detail = str(self)


def local_client(app: Any) -> httpx.AsyncClient:
    """A client that calls the application without any network."""
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url=_HERE, trust_env=False, timeout=None)


class Api:
    """The API for one person. Methods raise Problem."""

    def __init__(self, http: httpx.AsyncClient, session: str, language: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {session}", "Accept-Language": language}

    async def get(self, path: str, **query: Any) -> Json:
        """What the address holds; query parameters that are None are left out."""
        return (await self._call("GET", path, params=_given(query))).json()

    async def text(self, path: str, **query: Any) -> str:
        """As `get`, for what is not JSON."""
        return (await self._call("GET", path, params=_given(query))).text

    async def post(self, path: str, body: Json = None, key: str | None = None) -> Json:
        """Does something, once for each key."""
        return await self._change("POST", path, body, key)

    async def patch(self, path: str, body: Json, key: str | None = None) -> Json:
        """Changes a part of what the address holds, once for each key."""
        return await self._change("PATCH", path, body, key)

    async def put(self, path: str, body: Json) -> Json:
        """Replaces what the address holds."""
        return _json(await self._call("PUT", path, json=body))

    async def delete(self, path: str) -> None:
        """Removes what the address holds."""
        await self._call("DELETE", path)

    async def upload(self, name: str, content: bytes, type: str) -> Json:
        """Keeps a file: `{"id", "name", "size", "type"}`."""
        return (await self._call("POST", "/api/files", files={"file": (name, content, type)})).json()

    async def _change(self, method: str, path: str, body: Json, key: str | None) -> Json:
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return _json(await self._call(method, path, json={} if body is None else body, headers=headers))

    async def _call(self, method: str, path: str, **given: Any) -> httpx.Response:
        headers = {**self._headers, **given.pop("headers", {})}
        answer = await self._http.request(method, path, headers=headers, **given)
        if answer.is_error:
            raise Problem(answer.status_code, _problem(answer))
        return answer


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _json(answer: httpx.Response) -> Json:
    return answer.json() if answer.content else None


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
