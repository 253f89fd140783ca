"""The review form: a link that only we can make, one answer, which lands in the deal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import examples_intake as examples
from api.deps import Deps, Reading, World
from api.errors import ProblemError, RefusedError, not_found, unknown_deal
from api.idempotency import derived
from api.replies import problem_responses, reply
from domain import review_links
from domain.command_json import storable
from domain.commands import Happened
from domain.events import SYSTEM
from store import intake, queries

router = APIRouter(prefix="/api", tags=["public"])
KIND = "review.received"


class ReviewBody(BaseModel):
    """What the client thinks: 1 to 5, and words."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rating: int = Field(ge=1, le=5)
    text: str = Field(default="", max_length=4000)


class Scale(BaseModel):
    """The marks there are, both ends included."""

    from_: int = Field(default=1, alias="from")
    to: int = 5


class Standing(BaseModel):
    """Whose work the review is about, and whether it has been given."""

    company: str
    answered: bool
    rating: Scale = Scale()


@router.get("/deals/{deal_id}/review", tags=["deals"], responses=problem_responses(401, 404, 503))
async def link(deal_id: str, _: Reading, deps: World) -> dict[str, str]:
    """Ссылка на форму отзыва · The link that the client gets."""
    async with deps.engine.begin() as connection:
        if await queries.deal_state(connection, deal_id) is None:
            raise unknown_deal(deal_id)
        key = await intake.signing_key(connection, review_links.KEY)
    token = review_links.token(key, deal_id)
    return {"path": f"/api/public/review/{token}", "page": review_links.path(token)}


@router.get("/public/review/{token}", responses=problem_responses(404, 503))
async def show(token: str, deps: World) -> Standing:
    """Форма отзыва · The form: what it is about, and whether it is answered."""
    return await standing(deps, token)


async def standing(deps: Deps, token: str) -> Standing:
    """How it stands with the review behind the link; raises the problem of one that we have not made."""
    deal_id = await _deal(deps, token)
    async with deps.engine.connect() as connection:
        deal = await queries.deal_state(connection, deal_id)
        organisation, _ = await queries.load_organisation(connection)
        answered = await queries.has_command(connection, deal_id, _command_id(deal_id))
    if deal is None:
        raise _unknown()
    return Standing(company=organisation.name, answered=answered)


@router.post("/public/review/{token}", responses=problem_responses(404, 409, 413, 422, 503))
async def answer(
    token: str, body: Annotated[ReviewBody, Body(openapi_examples=examples.REVIEW)], deps: World
) -> Response:
    """Оставить отзыв, один раз · Give the review; once."""
    await give(deps, token, body)
    return reply({"status": "received"})


async def give(deps: Deps, token: str, body: ReviewBody) -> None:
    """Hands the review to its deal. ProblemError `already_decided`: another one has come before."""
    deal_id = await _deal(deps, token)
    if not storable(body.text):
        raise ProblemError("invalid_request", "В тексте есть нулевой байт.", "The text holds a zero byte.")
    command = Happened(kind=KIND, detail={"rating": body.rating, "text": body.text.strip()})
    try:
        await deps.gateway.command(deal_id, command, SYSTEM, _command_id(deal_id), wait=True)
    except RefusedError:
        raise
    except ProblemError as problem:
        if problem.code == "key_reused":
            raise ProblemError(
                "already_decided", "Отзыв уже получен, спасибо.", "The review has come already, thank you."
            ) from None
        raise


async def _deal(deps: Deps, token: str) -> str:
    """The deal that the link is for; raises the problem of one that we have not made."""
    async with deps.engine.begin() as connection:
        key = await intake.signing_key(connection, review_links.KEY)
    deal_id = review_links.deal_of(key, token)
    if deal_id is None:
        raise _unknown()
    return deal_id


def _command_id(deal_id: str) -> str:
    return derived(deal_id, KIND)


def _unknown() -> ProblemError:
    return not_found("not_found", "Такой ссылки нет.", "There is no such link.")
