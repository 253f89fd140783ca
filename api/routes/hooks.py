"""Words of other systems: signed hooks, each acting once, and the inbox of those that no deal took."""

from __future__ import annotations

import base64
import secrets
import uuid
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import Response
from pydantic import ValidationError

from api import examples_intake as examples
from api.authority import must_direct
from api.deps import Acting, Deps, Limit, Reading, World
from api.errors import ProblemError, RefusedError, not_found, unknown_deal
from api.replies import problem_responses, reply
from domain import hooks
from domain.base import Strict
from domain.command_json import storable
from domain.events import SYSTEM
from domain.webhooks import Verified, WebhookRefused, verify
from store import intake

router = APIRouter(prefix="/api", tags=["hooks"])
_SPACE = uuid.UUID("7a1f4a0e-3f7d-4b6e-9d55-0f4b6f0a7c21")
_OLD_SECRET = timedelta(days=1)
_STALE = ("bad_timestamp", "too_old", "too_new", "bad_id")
_SHAPE = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"type": "string", "pattern": "^[a-z0-9_.]{1,100}$"}, "data": {"type": "object"}},
}
_CONTENT = {"application/json": {"schema": _SHAPE, "examples": examples.HOOK}}
_BODY = {"requestBody": {"required": True, "content": _CONTENT}}
Source = Annotated[
    str, Path(pattern="^(telephony|mail|payment|1c)$", description="telephony, mail, payment, 1c")
]


class DeliverBody(Strict):
    """The deal that the words are meant for; none: for no deal at all."""

    deal: str | None = None


@router.post(
    "/hooks/{source}",
    tags=["public"],
    responses=problem_responses(400, 401, 413, 422, 503),
    openapi_extra=_BODY,
)
async def receive(source: Source, request: Request, deps: World) -> Response:
    """Подписанный вызов (Standard Webhooks) · A signed hook. 200: a deal has it; 202: kept for a person."""
    raw = await request.body()
    verified = await _verified(deps, source, request, raw)
    body = _read(raw)
    row = await _keep(deps, source, verified, body)
    status = await _deliver(deps, row, row.deal_id, SYSTEM) if row.status == "waiting" else row.status
    delivered = status == "delivered" or row.status == "handled"
    return reply({"status": "delivered" if delivered else "kept"}, 200 if delivered else 202)


async def _verified(deps: Deps, source: str, request: Request, raw: bytes) -> Verified:
    now = deps.now()
    async with deps.engine.connect() as connection:
        known = await intake.hook_secrets(connection, source, now)
    try:
        return verify(request.headers, raw, known, now)
    except WebhookRefused as refused:
        if refused.code in _STALE:
            raise ProblemError(
                "malformed_request",
                "Заголовки вызова: неверный id или время (допустимо ±5 минут).",
                f"The hook's headers: {refused}.",
            ) from None
        raise ProblemError(
            "unauthorized", "Подпись вызова не подходит.", "The hook's signature is missing or wrong."
        ) from None


def _read(raw: bytes) -> hooks.HookBody:
    try:
        body = hooks.HookBody.model_validate_json(raw)
    except ValidationError:
        raise ProblemError(
            "invalid_request",
            'Нужен JSON вида {"type": "call.incoming", "data": {…}}.',
            'The body must be JSON such as {"type": "call.incoming", "data": {…}}.',
        ) from None
    if not storable(body.model_dump()):
        raise ProblemError("invalid_request", "В тексте есть нулевой байт.", "A text holds a zero byte.")
    return body


async def _keep(deps: Deps, source: str, verified: Verified, body: hooks.HookBody) -> intake.InboxRow:
    """The hook's row, before anything acts on it: from here on it is not lost."""
    async with deps.engine.begin() as connection:
        expected = hooks.may_say(source, body.type)
        deal = await intake.find_deal(connection, hooks.clues(body.data)) if expected else None
        row: dict[str, Any] = {
            "id": str(uuid.uuid5(_SPACE, f"{source}\n{verified.id}")),
            "source": source,
            "webhook_id": verified.id,
            "kind": body.type,
            "body": body.data,
            "deal_id": deal,
            "status": "waiting" if deal else "unknown",
            "cause": None if expected else f"{source} is not expected to say {body.type}",
            "received_at": deps.now(),
        }
        return await intake.receive(connection, row)


async def _deliver(deps: Deps, row: intake.InboxRow, deal: str | None, by: str) -> str:
    """Gives the words to the deal, under the hook's own command id; how it went."""
    if deal is None:
        return row.status
    command = hooks.happened(row.source, row.kind, row.body)
    status, cause = "delivered", None
    try:
        # The deal is part of the id: what one deal refused, a person may give to another.
        id = str(uuid.uuid5(uuid.UUID(row.id), deal))
        # Signed by 1C, they stay its words whoever hands them on: people may not close a task in its name.
        await deps.gateway.command(deal, command, SYSTEM if row.source == "1c" else by, id, wait=True)
    except RefusedError as refused:
        status, cause = "refused", refused.detail.ru
    async with deps.engine.begin() as connection:
        handled = None if by == SYSTEM else by
        await intake.settle(
            connection, row.id, status, deal=deal, cause=cause, by=handled, at=deps.now() if handled else None
        )
    return status


@router.get("/inbox", responses=problem_responses(401, 422, 503))
async def get_inbox(_: Reading, deps: World, limit: Limit = 50) -> dict[str, list[intake.InboxRow]]:
    """Что не нашло своей сделки · What found no deal, or was refused by it; oldest first."""
    async with deps.engine.connect() as connection:
        return {"items": await intake.inbox(connection, limit)}


@router.post("/inbox/{id}", responses=problem_responses(401, 404, 409, 422, 503))
async def handle(
    id: str,
    body: Annotated[DeliverBody, Body(openapi_examples=examples.DELIVER)],
    caller: Acting,
    deps: World,
) -> Response:
    """Отдать сделке или отложить · Give it to a deal, or with none put it aside."""
    async with deps.engine.connect() as connection:
        row = await intake.inbox_row(connection, id)
        known = body.deal and await intake.find_deal(connection, hooks.Clues(body.deal, None, ()))
    if row is None:
        raise not_found("not_found", f"Записи {id} нет.", f"There is no entry {id}.")
    if row.status not in intake.WAITING:
        raise ProblemError("already_decided", "Эта запись уже разобрана.", "This entry is settled already.")
    if body.deal is not None:
        if not known:
            raise unknown_deal(body.deal)
        status = await _deliver(deps, row, body.deal, caller.id)
    else:
        status = "handled"
        async with deps.engine.begin() as connection:
            await intake.settle(connection, id, status, by=caller.id, at=deps.now())
    return reply({"id": id, "status": status})


@router.get("/settings/hooks", responses=problem_responses(401, 403, 503))
async def list_secrets(caller: Acting, deps: World) -> dict[str, list[intake.SecretRow]]:
    """Действующие секреты, без них самих · Which secrets are valid; directors only."""
    await must_direct(deps, caller.id)
    async with deps.engine.connect() as connection:
        return {"items": await intake.list_secrets(connection, deps.now())}


@router.post("/settings/hooks/{source}", status_code=201, responses=problem_responses(401, 403, 422, 503))
async def new_secret(source: Source, caller: Acting, deps: World) -> Response:
    """Новый секрет, показывается один раз · A new secret, shown once; the old one is valid for a day more."""
    await must_direct(deps, caller.id)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    async with deps.engine.begin() as connection:
        await intake.add_secret(connection, source, secret, deps.now(), _OLD_SECRET)
    return reply({"source": source, "secret": secret}, 201)
