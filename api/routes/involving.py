"""Claims, work requests, processes, documents and payments of a deal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.responses import Response

from api import examples
from api.bodies import DeclineBody, PayBody, ProcessBody, RequestBody
from api.deps import Acting, World
from api.replies import COMMAND, do
from domain.commands import Claim, Decline, Pay, PrepareDocument, Request, StartProcess

router = APIRouter(prefix="/api/deals", tags=["deals"])


@router.post("/{deal_id}/claim", responses=COMMAND)
async def claim(deal_id: str, caller: Acting, deps: World) -> Response:
    """Принять заявку в работу · Claim the deal: the first has it, a later one gets 409 with who that is."""
    return await do(deps, caller, deal_id, Claim())


@router.post("/{deal_id}/decline", responses=COMMAND)
async def decline(
    deal_id: str,
    body: Annotated[DeclineBody, Body(openapi_examples=examples.DECLINE)],
    caller: Acting,
    deps: World,
) -> Response:
    """Отказаться от заявки · Decline the deal, with a reason."""
    return await do(deps, caller, deal_id, Decline(reason=body.reason))


@router.post("/{deal_id}/requests/{kind}", responses=COMMAND)
async def request(
    deal_id: str,
    kind: str,
    caller: Acting,
    deps: World,
    body: Annotated[RequestBody | None, Body(openapi_examples=examples.REQUEST)] = None,
) -> Response:
    """Поставить задание отделу · Ask for work of this kind, at any stage."""
    said = body or RequestBody()
    return await do(deps, caller, deal_id, Request(kind=kind, text=said.text, deadline=said.deadline))


@router.post("/{deal_id}/processes/{kind}", responses=COMMAND)
async def process(
    deal_id: str,
    kind: str,
    caller: Acting,
    deps: World,
    body: Annotated[ProcessBody | None, Body(openapi_examples=examples.PROCESS)] = None,
) -> Response:
    """Запустить процесс · Start a process of this kind: another deal, whose end comes back here."""
    return await do(deps, caller, deal_id, StartProcess(kind=kind, deadline=body.deadline if body else None))


@router.post("/{deal_id}/documents/{document}", responses=COMMAND)
async def prepare_document(deal_id: str, document: str, caller: Acting, deps: World) -> Response:
    """Подготовить документ · Have one of the card's `documents` made: a file in its field, a moment later.

    What is missing is told at once: fields in `missing`, requisites and lines in `gates`. Made again, it is another
    version under the same number.
    """
    return await do(deps, caller, deal_id, PrepareDocument(document=document))


@router.post("/{deal_id}/payments", responses=COMMAND)
async def pay(
    deal_id: str, body: Annotated[PayBody, Body(openapi_examples=examples.PAY)], caller: Acting, deps: World
) -> Response:
    """Записать оплату · Record a payment: a row of the plan, or an amount for the first unpaid rows."""
    return await do(deps, caller, deal_id, Pay(row=body.row, amount=body.amount))
