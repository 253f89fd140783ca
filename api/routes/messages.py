"""The outbox: every message with what has become of it; and by which channel people want to be written to."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query
from fastapi.responses import Response

from api import examples
from api.deps import Acting, Deps, Reading, World
from api.errors import ProblemError, not_found
from api.replies import COMMAND, do, problem_responses
from domain.base import Strict
from domain.commands import Retry
from domain.messages import CLIENT, Channel
from store import queries
from store.channels import drop_channel, load_channels, save_channel, save_channels
from store.outbox import again

router = APIRouter(prefix="/api", tags=["messages"])
DIRECTOR = "director"  # the role that may change how the organisation works
_READ = problem_responses(401, 422, 503)
_WRITE = problem_responses(401, 403, 422, 503)
Status = Literal["planned", "sending", "sent", "kept", "failed", "unknown"]


class Channels(Strict):
    """Everybody's choice at once; who is left out has none."""

    items: tuple[Channel, ...]


class OwnChannel(Strict):
    """My own choice; null: none, so that my role's or my e-mail counts."""

    channel: Channel | None


@router.get("/messages", responses=_READ)
async def list_messages(
    _: Reading,
    deps: World,
    deal: Annotated[str | None, Query(pattern=r"^[^\x00]*$", max_length=100)] = None,
    status: Annotated[Status | None, Query(description="`kept`: nothing is configured to send it by")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> queries.Page[queries.MessageRow]:
    """Исходящие, новые сверху · The outbox, newest first: each message, its status and why it is not sent."""
    async with deps.engine.connect() as connection:
        return await queries.messages(connection, deal=deal, status=status, cursor=cursor, limit=limit)


@router.post("/messages/{key:path}/retry", responses=COMMAND)
async def retry(key: str, caller: Acting, deps: World) -> Response:
    """Отправить ещё раз то, что не ушло · Send again what failed: all that its deal could not do is tried again."""
    async with deps.engine.begin() as connection:
        message = await queries.message(connection, key) if "\x00" not in key else None
        if message is None:
            raise not_found("not_found", f"Сообщения {key} нет.", f"There is no message {key}.")
        if message.deal_id is None and await again(connection, key):
            return Response(status_code=202)
    if message.deal_id is None or message.status not in ("failed", "unknown"):
        raise ProblemError(
            "nothing_to_do",
            "Это сообщение отправлено, отправляется или ждёт своей очереди.",
            "This message is sent, is being sent, or waits for its turn.",
        )
    return await do(deps, caller, message.deal_id, Retry())


@router.get("/settings/channels", responses=problem_responses(401, 503))
async def get_channels(_: Reading, deps: World) -> Channels:
    """Каналы связи · By which channels people are written to."""
    return await _channels(deps)


@router.put("/settings/channels", responses=_WRITE)
async def put_channels(
    body: Annotated[Channels, Body(openapi_examples=examples.CHANNELS)], caller: Acting, deps: World
) -> Channels:
    """Задать каналы связи · Set all channels. Directors only."""
    async with deps.engine.begin() as connection:
        if DIRECTOR not in await queries.roles_of(connection, caller.id):
            raise ProblemError(
                "not_allowed",
                "Настройки меняет только директор.",
                "Only a director changes the settings.",
                allowed=[f"role:{DIRECTOR}"],
            )
        await _must_be_known(deps, body)
        await save_channels(connection, body.items)
    return await _channels(deps)


@router.put("/me/channel", responses=problem_responses(401, 422, 503))
async def put_own_channel(
    body: Annotated[OwnChannel, Body(openapi_examples=examples.OWN_CHANNEL)], caller: Acting, deps: World
) -> OwnChannel:
    """Как писать мне · By which channel to write to me, and whether my notifications go out as digests."""
    async with deps.engine.begin() as connection:
        if body.channel is None:
            await drop_channel(connection, caller.id)
            return body
        if body.channel.owner != caller.id:
            raise ProblemError(
                "not_allowed",
                "Здесь можно выбрать канал только для себя.",
                "Here you choose a channel for yourself only.",
                allowed=[caller.id],
            )
        await save_channel(connection, body.channel)
    return body


async def _channels(deps: Deps) -> Channels:
    async with deps.engine.connect() as connection:
        return Channels(items=tuple((await load_channels(connection)).values()))


async def _must_be_known(deps: Deps, body: Channels) -> None:
    """Each owner is an employee, a role, or `client`, and stands here once."""
    async with deps.engine.connect() as connection:
        employees = {person.id for person in await queries.employees(connection)}
        roles = {f"role:{row.role}" for row in await queries.roles(connection)}
    owners = [channel.owner for channel in body.items]
    wrong = sorted(
        {name for name in owners if name not in {CLIENT, *employees, *roles} or owners.count(name) > 1}
    )
    if wrong:
        names = ", ".join(wrong)
        raise ProblemError(
            "invalid_value",
            f"Нет таких сотрудников или ролей, или они указаны дважды: {names}.",
            f"No such employees or roles, or they stand here twice: {names}.",
        )
