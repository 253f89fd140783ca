"""How a person likes the pages: language and theme."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body

from api import examples_organisation as examples
from api.deps import Acting, Reading, World
from api.replies import problem_responses
from domain.base import Language, Strict
from store import accounts

router = APIRouter(prefix="/api/me", tags=["organisation"])


class Preferences(Strict):
    """What a person chose; null: what the browser says."""

    language: Language | None = None
    theme: Literal["light", "dark"] | None = None


@router.get("/preferences", responses=problem_responses(401, 503))
async def get_preferences(caller: Reading, deps: World) -> Preferences:
    """Мои язык и тема · My language and theme."""
    async with deps.reads.connect() as connection:
        return Preferences.model_validate(await accounts.load_preferences(connection, caller.id))


@router.put("/preferences", responses=problem_responses(401, 422, 503))
async def put_preferences(
    body: Annotated[Preferences, Body(openapi_examples=examples.PREFERENCES)], caller: Acting, deps: World
) -> Preferences:
    """Изменить язык или тему · Change language or theme; what is left out stays."""
    async with deps.engine.begin() as connection:
        await accounts.save_preferences(connection, caller.id, body.model_dump(exclude_unset=True))
        return Preferences.model_validate(await accounts.load_preferences(connection, caller.id))
