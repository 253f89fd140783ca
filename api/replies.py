"""The answers that routes share: a deal's card, a command's outcome, and problems in the API description."""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response
from pydantic_core import to_json

from api.approvals import approval_card
from api.cards import card
from api.deps import Caller, Deps
from api.errors import not_found, unknown_deal
from api.problems import MEDIA_TYPE
from api.undoing import undo_offered
from domain.commands import Command
from domain.facts import Facts
from store import queries

Responses = dict[int | str, dict[str, Any]]
_PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_TITLES = {
    400: "Запрос не удалось прочитать · The request cannot be read",
    401: "Нет действующего токена · No valid token",
    403: "Нет права · Not allowed",
    404: "Нет такой записи · Nothing under this address",
    409: "Кто-то успел раньше: `stage` и `detail` скажут, что теперь · A lost race",
    413: "Слишком большой запрос · Too large",
    422: "Отказ по правилам или ошибка в запросе · A refused rule or an invalid request",
    429: "Слишком часто, см. Retry-After · Too many requests",
    503: "Временно недоступно, см. Retry-After · Temporarily unavailable",
}


def problem_responses(*statuses: int) -> Responses:
    """For the API description: these statuses answer with a problem."""
    return {status: {"description": _TITLES[status], **_PROBLEM} for status in statuses}


READ = problem_responses(401, 404, 422, 503)
COMMAND: Responses = {
    202: {"description": "Принято без ожидания (`Prefer: respond-async`) · Accepted, not awaited"},
    **problem_responses(401, 403, 404, 409, 413, 422, 503),
}


def describe_problems(document: dict[str, Any]) -> None:
    """Adds to every call of the description what any call may answer; a problem is never plain JSON."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if not path.startswith("/api/") or "responses" not in operation:
                continue
            found = operation["responses"]
            if "application/json" in found.get("422", {}).get("content", {}):
                del found["422"]  # the framework's own shape, which we never answer with
            usual = (400, 422, 503) if method == "get" else (400, 403, 413, 422, 503)
            for status, described in problem_responses(*usual).items():
                found.setdefault(str(status), described)


def reply(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The value as JSON; models, dataclasses and moments included."""
    return Response(to_json(value), status, headers=headers, media_type="application/json")


async def read_card(deps: Deps, deal_id: str, who: str) -> dict[str, Any]:
    """The deal's card as it stands now, for this person; raises the problem of an unknown deal."""
    async with deps.reads.connect() as connection:
        found = await queries.deal_card(connection, deal_id)
        if found is None:
            raise unknown_deal(deal_id)
        definition = await deps.definitions.get(found.definition, connection)
        organisation = await deps.organisations.current(connection)
        companies = {found.company.id: found.company} if found.company else {}
        facts = Facts(organisation=organisation, companies=companies)
        now = deps.now()
        undo = await undo_offered(connection, found.deal, definition, facts, who, now)
    shown = card(found.deal, definition, facts, found.links, found.effects)
    approvals = [approval_card(approval, found.deal, facts, who, now) for approval in found.approvals]
    return {**shown, "undo": undo, "approvals": approvals}


async def do(deps: Deps, caller: Caller, deal_id: str, command: Command, **besides: object) -> Response:
    """Has the command done: 200 with the deal, or 202 where the client does not wait; and what is told `besides`."""
    answer = await deps.gateway.command(deal_id, command, caller.id, caller.command_id, caller.wait)
    if answer.seq is None:
        body = {"deal": deal_id, "command": caller.command_id, "status": "accepted"}
        return reply({**body, **besides}, 202, {"Preference-Applied": "respond-async"})
    return reply({**await read_card(deps, deal_id, caller.id), **besides})


def deal_and_number(public_id: str, code: str, ru: str, en: str) -> tuple[str, int]:
    """Deal and number of a public id such as `{deal}.7`; raises the problem `code` for anything else."""
    parts = queries.split_id(public_id)
    if parts is None:
        raise not_found(code, ru.format(public_id), en.format(public_id))
    return parts
