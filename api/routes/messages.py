"""The outbox: every message with what has become of it; and by which channel people want to be written to."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query
from fastapi.responses import Response

from api import examples
from api.authority import must_direct
from api.deps import Acting, Deps, Limit, Reading, World
from api.errors import ProblemError, not_found
from api.replies import COMMAND, READ, do, problem_responses
from domain.base import Strict, Text
from domain.commands import Retry
from domain.facts import Employee, Facts
from domain.messages import CLIENT, EMAIL, Addressee, Channel, Means
from domain.messages import employee as addressee_of
from store import queries
from store.channels import drop_channel, load_channels, save_channel, save_channels
from store.digests import trial_key
from store.outbox import NewMessage, add, again

router = APIRouter(prefix="/api", tags=["messages"])
_READ = problem_responses(401, 422, 503)
_WRITE = problem_responses(401, 403, 422, 503)
_TRIAL = Text(
    ru="Проверка: сообщения из Воронки доходят до вас.", en="A test: messages of Voronka reach you."
)
Status = Literal["planned", "sending", "sent", "kept", "failed", "unknown"]


class Channels(Strict):
    """Everybody's choice at once; who is left out has none."""

    items: tuple[Channel, ...]


class OwnChannel(Strict):
    """My own choice; null: none, so that my role's or my e-mail counts."""

    channel: Channel | None


class Ways(Strict):
    """Names of the channels that are set up, and how the caller is written to: `internal` is in the product only."""

    ways: tuple[str, ...]
    mine: str
    address: str


class Trial(Strict):
    """A test message on its way."""

    key: str
    channel: str
    address: str


@router.get("/messages", responses=_READ)
async def list_messages(
    _: Reading,
    deps: World,
    deal: Annotated[str | None, Query(pattern=r"^[^\x00]*$", max_length=100)] = None,
    status: Annotated[Status | None, Query(description="`kept`: nothing is configured to send it by")] = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> queries.Page[queries.MessageRow]:
    """Исходящие, новые сверху · The outbox, newest first: each message, its status and why it is not sent."""
    async with deps.engine.connect() as connection:
        return await queries.messages(connection, deal=deal, status=status, cursor=cursor, limit=limit)


@router.get("/messages/{key:path}", responses=READ)
async def get_message(key: str, _: Reading, deps: World) -> queries.MessageRow:
    """Одно сообщение · A message of the outbox."""
    async with deps.engine.connect() as connection:
        message = await queries.message(connection, key) if "\x00" not in key else None
    if message is None:
        raise not_found("not_found", f"Сообщения {key} нет.", f"There is no message {key}.")
    return message


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
    """Задать каналы связи · Set all channels. Directors and administrators."""
    await must_direct(deps, caller.id)
    await _must_be_known(deps, body)
    async with deps.engine.begin() as connection:
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


@router.get("/settings/channels/ways", responses=problem_responses(401, 503))
async def get_ways(caller: Reading, deps: World) -> Ways:
    """Чем отправлять · What the product can send by, and how it writes to me now."""
    mine = await _way_to(deps, caller)
    return Ways(ways=deps.sends_by, mine=mine.channel, address=mine.address)


@router.post("/me/channel/test", status_code=202, responses=problem_responses(401, 422, 429, 503))
async def test_own_channel(caller: Acting, deps: World) -> Trial:
    """Проверить свой канал · Send myself a test message; `GET /api/messages/{key}` says what became of it."""
    mine, now = await _way_to(deps, caller.employee), deps.now()
    if mine.channel not in deps.sends_by or not mine.address:
        raise ProblemError(
            "nothing_to_do",
            "Вам пишут только внутри Воронки: внешний канал не настроен или нет адреса.",
            "You are written to inside Voronka only: no channel is set up, or there is no address.",
        )
    subject = _TRIAL.in_language(mine.language)
    key = trial_key(caller.id, now)
    message = NewMessage(key, None, mine.address, mine.channel, subject, subject, "planned", now)
    async with deps.engine.begin() as connection:
        if not await add(connection, message):
            raise ProblemError(
                "rate_limited",
                "Проверочное сообщение уже отправляется. Следующее — через минуту.",
                "A test message is on its way already. The next one goes in a minute.",
                headers={"Retry-After": "60"},
            )
    return Trial(key=key, channel=mine.channel, address=mine.address)


async def _way_to(deps: Deps, employee: Employee) -> Addressee:
    """How the employee is written to now."""
    async with deps.engine.connect() as connection:
        organisation, _ = await queries.load_organisation(connection)
        chosen = await load_channels(connection)
    means = Means(EMAIL in deps.sends_by, deps.sends_by, chosen)
    return addressee_of(employee, Facts(organisation=organisation), means)


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
