"""Deals: opening, lists, cards, timelines, and the commands on a deal as a whole."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query
from fastapi.responses import Response

from api import examples
from api.bodies import EventBody, OpenBody
from api.deps import Acting, Limit, Reading, World
from api.errors import ProblemError, RefusedError, unknown_deal
from api.examples_intake import MERGE
from api.happenings import note_on
from api.idempotency import derived
from api.replies import COMMAND, READ, do, problem_responses, read_card, reply
from api.routes.companies import forget_company, known_before, make_company
from api.telling import Teller, tell
from domain.commands import Comment, CreateTask, Fill, Merge, Move, Reopen, Retry, SendMessage, UndoMove
from store import queries

router = APIRouter(prefix="/api/deals", tags=["deals"])
Card = dict[str, Any]
_SORT = f"^-?({'|'.join(queries.SORTS)})$"


@router.post("", status_code=201, responses=problem_responses(401, 413, 422, 503))
async def open_deal(
    body: Annotated[OpenBody, Body(openapi_examples=examples.OPEN)], caller: Acting, deps: World
) -> Response:
    """Открыть сделку · Open a deal, under a new company if one is described. Its workflow starts.

    Of a company described here, `same_inn` in the answer says which others have its INN, as `POST /api/companies` does.
    """
    if body.company and body.company_id:
        raise ProblemError(
            "invalid_request",
            "Передайте company_id или company, но не оба.",
            "Send company_id or company, not both.",
        )
    company, known = None, {}
    if body.company:
        company = derived(caller.command_id, "company")
        made = await make_company(deps, company, body.company)
        known = {"same_inn": await known_before(deps, made)}
    deal_id = derived(caller.command_id, "deal")
    try:
        await deps.gateway.open(body.command(caller.id, company), caller.id, deal_id, caller.command_id)
    except RefusedError:
        if company:
            await forget_company(deps, company)
        raise
    return reply(await read_card(deps, deal_id, caller.id) | known, 201)


@router.get("", responses=problem_responses(401, 422, 503))
async def list_deals(
    caller: Reading,
    deps: World,
    pipeline: str | None = None,
    stage: str | None = None,
    status: Literal["open", "won", "lost"] | None = None,
    responsible: Annotated[str | None, Query(description="`me`: the caller")] = None,
    company: str | None = None,
    q: Annotated[str | None, Query(max_length=200, description="Part of title, company, contact")] = None,
    overdue: Annotated[bool | None, Query(description="With an open task past its deadline")] = None,
    attention: Annotated[bool | None, Query(description="Cannot go on by itself")] = None,
    sort: Annotated[str, Query(pattern=_SORT, description="`-` before a name: descending")] = "-opened_at",
    cursor: str | None = None,
    limit: Limit = 50,
) -> queries.Page[queries.DealRow]:
    """Список сделок · Deals, a page at a time: send `next` as `cursor` for the following page."""
    where = queries.DealFilter(
        pipeline=pipeline,
        stage=stage,
        status=status,
        responsible=caller.id if responsible == "me" else responsible,
        company=company,
        q=q,
        overdue=overdue,
        attention=attention,
    )
    async with deps.engine.connect() as connection:
        return await queries.list_deals(
            connection, where, sort=sort, cursor=cursor, limit=limit, now=deps.now()
        )


@router.get("/{deal_id}", responses=READ)
async def get_deal(deal_id: str, caller: Reading, deps: World) -> Card:
    """Карточка сделки · The deal's card. `undo`: the caller may undo the last move, `seq`, up to `until`."""
    return await read_card(deps, deal_id, caller.id)


@router.get("/{deal_id}/timeline", responses=READ)
async def get_timeline(
    deal_id: str,
    _: Reading,
    deps: World,
    cursor: Annotated[int | None, Query(ge=1, description="`next` of the page before")] = None,
    limit: Limit = 50,
) -> Card:
    """Всё, что произошло, новое сверху · Everything that happened, newest first, with who and when."""
    async with deps.engine.connect() as connection:
        events = await queries.timeline(connection, deal_id, before_seq=cursor, limit=limit)
        deal = await queries.deal_state(connection, deal_id)
        if deal is None:
            raise unknown_deal(deal_id)
        definition = await deps.definitions.get(deal.definition, connection)
        organisation = await deps.organisations.current(connection)
    teller = Teller(deal, definition, organisation.employees)
    items = []
    for recorded in events:
        data = recorded.event.model_dump(mode="json", exclude={"type", "back"})  # `back` is for the fold
        head = recorded.model_dump(mode="json", include={"seq", "at", "by"})
        items.append({**head, "type": recorded.event.type, "data": data, **tell(teller, recorded)})
    more = len(events) == limit and events[-1].seq > 1
    return {"items": items, "next": events[-1].seq if more else None}


@router.patch("/{deal_id}", responses=COMMAND)
async def fill(
    deal_id: str, body: Annotated[Fill, Body(openapi_examples=examples.FILL)], caller: Acting, deps: World
) -> Response:
    """Изменить карточку · Change fields, responsible, amount, title, company or contact."""
    return await do(deps, caller, deal_id, body)


@router.post("/{deal_id}/move", responses=COMMAND)
async def move(
    deal_id: str, body: Annotated[Move, Body(openapi_examples=examples.MOVE)], caller: Acting, deps: World
) -> Response:
    """Перевести на этап · Move to a stage. `expected_stage`: the stage you saw; another one by now is 409."""
    return await do(deps, caller, deal_id, body)


@router.post("/{deal_id}/undo", responses=COMMAND)
async def undo(
    deal_id: str, body: Annotated[UndoMove, Body(openapi_examples=examples.UNDO)], caller: Acting, deps: World
) -> Response:
    """Отменить последний переход · Undo the last move, as the card's `undo` offers. What was filled in stays."""
    return await do(deps, caller, deal_id, body)


@router.post("/{deal_id}/reopen", responses=COMMAND)
async def reopen(
    deal_id: str, body: Annotated[Reopen, Body(openapi_examples=examples.REOPEN)], caller: Acting, deps: World
) -> Response:
    """Вернуть закрытую сделку в работу · Reopen a closed deal in an open stage."""
    return await do(deps, caller, deal_id, body)


@router.post("/{deal_id}/merge", responses=COMMAND)
async def merge(
    deal_id: str, body: Annotated[Merge, Body(openapi_examples=MERGE)], caller: Acting, deps: World
) -> Response:
    """Закрыть как дубль другой сделки · Close it as a duplicate of the deal `into`."""
    return await do(deps, caller, deal_id, body)


@router.post("/{deal_id}/comments", responses=COMMAND)
async def comment(
    deal_id: str,
    body: Annotated[Comment, Body(openapi_examples=examples.COMMENT)],
    caller: Acting,
    deps: World,
) -> Response:
    """Комментарий в ленте · A comment in the timeline."""
    return await do(deps, caller, deal_id, body)


@router.post("/{deal_id}/tasks", responses=COMMAND)
async def create_task(
    deal_id: str,
    body: Annotated[CreateTask, Body(openapi_examples=examples.TASK)],
    caller: Acting,
    deps: World,
) -> Response:
    """Разовая задача · An ad-hoc task."""
    return await do(deps, caller, deal_id, body)


@router.post("/{deal_id}/events", responses=COMMAND)
async def event(
    deal_id: str,
    body: Annotated[EventBody, Body(openapi_examples=examples.EVENT)],
    caller: Acting,
    deps: World,
) -> Response:
    """Что-то произошло снаружи · Something happened outside: a call, a mail, a payment.

    A type that no rule can wait for is kept in the timeline too; then `note` says so and lists the known ones.
    """
    return await do(deps, caller, deal_id, body.command(), **note_on(body.type))


@router.post("/{deal_id}/messages/{message_id}", responses=COMMAND)
async def send_message(deal_id: str, message_id: str, caller: Acting, deps: World) -> Response:
    """Отправить клиенту сообщение этапа · Send one of the stage's messages to the client."""
    return await do(deps, caller, deal_id, SendMessage(message=message_id))


@router.post("/{deal_id}/retry", responses=COMMAND)
async def retry(deal_id: str, caller: Acting, deps: World) -> Response:
    """Повторить то, что не вышло · Try again what needs attention."""
    return await do(deps, caller, deal_id, Retry())
