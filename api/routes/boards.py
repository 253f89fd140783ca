"""The board of a pipeline: its stages as columns and its deals as cards, in one answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.deps import Deps, Reading, World
from api.packed import Packed
from api.precheck import unknown_pipeline
from api.replies import READ
from api.shared_reads import SharedReads
from domain.definition import Pipeline, Stage
from domain.facts import Organisation
from store import queries
from store.queries.board import BoardCard, board_cards, who_acted

CLOSED_DAYS = 14  # how long a won or lost deal stays on the board
Id = Annotated[str, Query(pattern=r"^[0-9a-f-]{36}$")]
Ids = Annotated[list[Id], Query(max_length=200, description="Only these deals, to follow changes")]


def router() -> APIRouter:
    """The routes; what they share belongs to this application."""
    routes = APIRouter(prefix="/api/pipelines", tags=["pipelines"])
    reads: SharedReads[Packed] = SharedReads()

    @routes.get("/{pipeline}/board", responses=READ)
    async def board(pipeline: str, request: Request, _: Reading, deps: World, ids: Ids = []) -> Response:  # noqa: B006
        """Доска воронки · The board: columns, open deals and those closed within the last 14 days.

        With `ids`: only these deals' cards, `left` (those not on the board any more) and `by` (who acted last).
        """
        found = await reads.get((pipeline, *sorted(set(ids))), lambda: _read(deps, pipeline, ids or None))
        return found.answer(request)

    return routes


async def _read(deps: Deps, pipeline: str, ids: list[str] | None) -> Packed:
    async with deps.reads.connect() as connection:
        version = await queries.current_hash(connection, pipeline)
        if version is None:
            raise unknown_pipeline(pipeline, status=404)
        definition = await deps.definitions.get(version, connection)
        now = deps.now()
        cards = await board_cards(
            connection,
            pipeline,
            closed_since=now - timedelta(days=CLOSED_DAYS),
            now=now,
            ids=ids,
            with_calls=_plans_calls(definition),
        )
        organisation = await deps.organisations.current(connection)
        if ids is not None:
            by = await who_acted(connection, ids)
            people = _people(organisation, [*(card.responsible for card in cards), *by.values()])
            left = sorted(set(ids) - {card.id for card in cards})
            return Packed({"cards": cards, "left": left, "by": by, "people": people})
        versions = await _versions(deps, connection, definition, cards)
    return Packed(
        {
            "pipeline": pipeline,
            "title": definition.title,
            "version": version,
            "closed_days": CLOSED_DAYS,
            "stages": _stages(definition, versions, cards),
            "people": _people(organisation, (card.responsible for card in cards)),
            "cards": cards,
        }
    )


def _plans_calls(definition: Pipeline) -> bool:
    return any(rule.call for _, rules in definition.rule_sets() for rule in rules)


def _people(organisation: Organisation, ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Names of the people on the cards; someone who is no employee goes by their id."""
    names = {one: organisation.employees[one].name for one in ids if one in organisation.employees}
    return {one: {"name": name, "initials": initials(name)} for one, name in sorted(names.items())}


def initials(name: str) -> str:
    """The first letters of the first two words: «Соколова Мария Игоревна» → «СМ»."""
    return "".join(word[0] for word in name.split()[:2]).upper()


async def _versions(
    deps: Deps, connection: AsyncConnection, current: Pipeline, cards: list[BoardCard]
) -> list[Pipeline]:
    """The older versions by which deals stand at stages that the current one has no more."""
    older = {card.definition for card in cards if card.stage not in current.stages}
    return [await deps.definitions.get(version, connection) for version in sorted(older)]


def _stages(current: Pipeline, older: list[Pipeline], cards: list[BoardCard]) -> list[dict[str, Any]]:
    """The columns in order; stages of older versions that deals still stand at come after the open ones."""
    retired = {card.stage for card in cards} - current.stages.keys()
    gone = {
        name: _stage(name, stage, retired=True)
        for definition in older
        for name, stage in definition.stages.items()
        if name in retired
    }
    columns = [
        _stage(name, stage, adds=name == current.first_stage) for name, stage in current.stages.items()
    ]
    still_open = [column for column in columns if column["kind"] == "open"]
    return [*still_open, *gone.values(), *(column for column in columns if column["kind"] != "open")]


def _stage(name: str, stage: Stage, *, adds: bool = False, retired: bool = False) -> dict[str, Any]:
    """`reason`: a loss asks for one, of `reasons` where there are any; `adds`: new deals begin here."""
    return {
        "id": name,
        "title": stage.title,
        "kind": stage.kind,
        "hint": stage.hint,
        "reason": stage.kind == "lost" and not stage.is_reason,
        "reasons": stage.reasons,
        "adds": adds,
        "retired": retired,
    }
