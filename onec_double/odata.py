"""The standard OData interface: addresses, queries, bodies, errors. Basic authentication on every call."""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from onec_double.base import Base, NoObject, NotUnique, Object, WrongVersion
from onec_double.filters import BadFilter, parse
from onec_double.schema import SCHEMA, TASK, Entity, Kind

ROOT = "/odata/standard.odata"
_ADDRESS = re.compile(
    r"(?P<entity>\w+)(?:\(guid'(?P<ref>[0-9A-Fa-f-]{36})'\))?(?:/(?P<action>\w+)(?:\(\))?)?"
)
_JSON = "application/json;odata=minimalmetadata;charset=utf-8"


class ODataError(Exception):
    """An answer with an error body."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class Interface:
    """Answers the calls on one base."""

    def __init__(self, base: Base, user: str, password: str) -> None:
        self._base = base
        self._login = f"{user}:{password}".encode()

    def router(self) -> APIRouter:
        """Everything below `/odata/standard.odata`."""
        router = APIRouter()
        methods = ["GET", "POST", "PATCH", "DELETE"]
        router.add_api_route(ROOT + "/{address:path}", self._serve, methods=methods, include_in_schema=False)
        return router

    async def _serve(self, address: str, request: Request) -> Response:
        if not self._knows(request.headers.get("authorization", "")):
            challenge = {"WWW-Authenticate": 'Basic realm="1C:Enterprise 8.3"'}
            return Response("Unauthorized", status_code=401, headers=challenge)
        try:
            status, body = self._answer(address, request, await request.body())
        except ODataError as error:
            told = {"code": error.code, "message": {"lang": "ru", "value": str(error)}}
            status, body = error.status, {"odata.error": told}
        if body is None:
            return Response(status_code=status)
        content = json.dumps(body, ensure_ascii=False)
        return Response(content, status_code=status, media_type=_JSON, headers={"DataServiceVersion": "3.0"})

    def _knows(self, header: str) -> bool:
        scheme, _, encoded = header.partition(" ")
        try:
            given = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            return False
        return scheme.lower() == "basic" and secrets.compare_digest(given, self._login)

    def _answer(self, address: str, request: Request, content: bytes) -> tuple[int, Any]:
        query = request.query_params
        if query.get("$format") != "json" and "json" not in request.headers.get("accept", ""):
            raise ODataError(406, "0", "Двойник отвечает только в формате json: добавьте $format=json")
        if not address:
            return 200, {"value": [{"name": name, "url": name} for name in SCHEMA]}
        parts = _ADDRESS.fullmatch(address)
        entity = parts["entity"] if parts else ""
        if parts is None or entity not in SCHEMA:
            raise ODataError(404, "8", f"Тип сущности '{entity or address}' не найден")
        try:
            return self._call(request, entity, parts["ref"], parts["action"], content)
        except NoObject:
            raise ODataError(404, "9", "Экземпляр сущности не найден") from None
        except NotUnique:
            raise ODataError(500, "-1", 'Значение поля "Ссылка" не уникально') from None
        except WrongVersion:
            raise ODataError(412, "-1", "Версия объекта изменилась") from None

    def _call(
        self, request: Request, entity: str, ref: str | None, action: str | None, content: bytes
    ) -> tuple[int, Any]:
        method = request.method
        if action is not None:
            if method != "POST" or ref is None or action not in SCHEMA[entity].actions:
                raise ODataError(404, "6", f"Метод '{action}' не найден")
            return 200, _shown(entity, self._act(entity, ref, action))
        if method == "GET":
            return 200, self._read(entity, ref, request.query_params)
        if method == "POST" and ref is None:
            return 201, _shown(entity, self._base.create(entity, _checked(entity, _body(content), new=True)))
        if method == "PATCH" and ref is not None:
            values, version = _checked(entity, _body(content), new=False), request.headers.get("if-match")
            return 200, _shown(entity, self._base.change(entity, ref, values, "change", "odata", version))
        raise ODataError(405, "0", "Метод не поддерживается")

    def _read(self, entity: str, ref: str | None, query: Mapping[str, str]) -> Object:
        kinds = SCHEMA[entity]
        unknown = set(query) - {"$format", "$filter", "$select", "$orderby", "$top", "$skip", "$inlinecount"}
        if unknown:
            raise ODataError(400, "0", f"Двойник не знает параметров {sorted(unknown)}")
        select = [name for name in query.get("$select", "").split(",") if name]
        if wrong := [name for name in select if kinds.kind(name) is None]:
            raise ODataError(400, "14", f"Свойство '{wrong[0]}' не найдено")
        if ref is not None:
            return _shown(entity, self._base.get(entity, ref), select)
        rows = _filtered(self._base.all(entity), kinds, query.get("$filter", ""))
        rows = _ordered(rows, kinds, query.get("$orderby", ""))
        skip, top = _count(query, "$skip", 0), _count(query, "$top", len(rows))
        answer: Object = {"odata.metadata": f"$metadata#{entity}"}
        if query.get("$inlinecount") == "allpages":
            answer["odata.count"] = str(len(rows))
        return answer | {"value": [_projected(row, select) for row in rows[skip : skip + top]]}

    def _act(self, entity: str, ref: str, action: str) -> Object:
        if entity == TASK:
            return execute_task(self._base, ref, by="odata")
        return self._base.change(entity, ref, {"Posted": action == "Post"}, action.lower(), "odata")


def execute_task(base: Base, ref: str, by: str, result: str | None = None) -> Object:
    """Closes a task as 1C does. ODataError where it is closed already."""
    task = base.get(TASK, ref)
    if task["Executed"]:
        raise ODataError(500, "-1", "Задача уже выполнена")
    values: Object = {"Executed": True}
    if task["ДатаИсполнения"].startswith("0001"):
        values["ДатаИсполнения"] = datetime.now().isoformat(timespec="seconds")
    if result is not None:
        values["РезультатВыполнения"] = result
    return base.change(TASK, ref, values, "execute", by)


def _filtered(rows: list[Object], entity: Entity, text: str) -> list[Object]:
    try:
        test = parse(text, lambda name: entity.kind(name) not in (None, "table")) if text else None
        return [row for row in rows if test(row)] if test else rows
    except BadFilter as error:
        raise ODataError(400, "14", f"Ошибка разбора опции $filter: {error}") from None


def _ordered(rows: list[Object], entity: Entity, text: str) -> list[Object]:
    for part in reversed([part.split() for part in text.split(",") if part.strip()]):
        if entity.kind(part[0]) in (None, "table"):
            raise ODataError(400, "14", f"Свойство '{part[0]}' не найдено")
        rows = sorted(rows, key=lambda row: row[part[0]], reverse=part[1:] == ["desc"])
    return rows


def _count(query: Mapping[str, str], name: str, default: int) -> int:
    value = query.get(name)
    if value is None:
        return default
    if not value.isdecimal():
        raise ODataError(400, "14", f"{name} должно быть целым числом")
    return int(value)


def _projected(row: Object, select: list[str]) -> Object:
    return {name: row[name] for name in select} if select else row


def _shown(entity: str, row: Object, select: list[str] | None = None) -> Object:
    return {"odata.metadata": f"$metadata#{entity}/@Element", **_projected(row, select or [])}


def _body(content: bytes) -> Object:
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ODataError(400, "1", "Ошибка разбора тела запроса: ожидается объект JSON")
    return body


def _checked(name: str, values: Object, *, new: bool) -> Object:
    entity = SCHEMA[name]
    for field, value in values.items():
        kind = entity.kind(field)
        if kind is None or field == "DataVersion":
            raise ODataError(400, "14", f"Свойство '{field}' не найдено")
        if kind == "table":
            for row in value if isinstance(value, list) else [None]:
                _check_line(entity, field, row)
        elif not _fits(kind, value):
            raise ODataError(400, "15", f"Неверное значение свойства '{field}'")
        if len(str(value)) > entity.lengths.get(field, 10**6):
            raise ODataError(400, "-1", f"Значение поля '{field}' слишком длинное")
    for field in entity.required:
        if (new or field in values) and not values.get(field):
            raise ODataError(400, "-1", 'Поле "Наименование" не заполнено')
    return values


def _check_line(entity: Entity, table: str, row: object) -> None:
    kinds = entity.tables[table]
    if not isinstance(row, dict) or "LineNumber" not in row or set(row) - set(kinds):
        raise ODataError(400, "13", f"Неверная строка табличной части '{table}'")
    for field, value in row.items():
        if not _fits(kinds[field], value):
            raise ODataError(400, "15", f"Неверное значение свойства '{field}'")


def _fits(kind: Kind, value: object) -> bool:
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    try:
        if kind == "reference":
            UUID(value)
        elif kind == "date":
            datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
