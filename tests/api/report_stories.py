"""Deals with a known past, made by the product's own `decide` and `commit`, for reports to be held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from domain import commands as cmd
from domain.deal import Deal
from domain.decide import Moment, decide
from domain.definition import Pipeline
from domain.facts import Facts
from store.decisions import commit
from store.definitions import publish
from store.organisation import load_organisation


def moscow(text: str) -> datetime:
    """`2026-03-02T10:00` on the organisation's wall, UTC."""
    return datetime.fromisoformat(text + "+03:00").astimezone(UTC)


def pipeline(name: str, **stages: Any) -> Pipeline:
    """A pipeline of the usual stages; one given as None is not in this version."""
    usual: dict[str, Any] = {
        "fresh": {
            "title": {"ru": "Новая", "en": "New"},
            "rules": [{"task": {"id": "ring", "title": {"ru": "Позвонить", "en": "Ring"}, "deadline": "1d"}}],
        },
        "talk": {"title": {"ru": "Переговоры", "en": "Talks"}},
        "offer": {
            "title": {"ru": "КП", "en": "Offer"},
            "rules": [
                {"task": {"id": "write", "title": {"ru": "=Написать", "en": "=Write"}, "deadline": "1d"}}
            ],
        },
        "check": {"title": {"ru": "Проверка", "en": "Check"}, "rules": [{"move": "done"}]},
        "done": {"title": {"ru": "Успех", "en": "Won"}, "kind": "won"},
        "lost": {
            "title": {"ru": "Отказ", "en": "Lost"},
            "kind": "lost",
            "reasons": {
                "price": {"ru": "Дорого", "en": "Too dear"},
                "time": {"ru": "Долго", "en": "Too slow"},
            },
        },
        "spam": {"title": {"ru": "Спам", "en": "Spam"}, "kind": "lost", "is_reason": True},
    }
    return Pipeline.model_validate(
        {
            "pipeline": name,
            "title": {"ru": f"Воронка {name}", "en": f"Pipeline {name}"},
            "fields": {"plan": {"type": "payment_plan", "title": {"ru": "График", "en": "Plan"}}},
            "stages": {key: stage for key, stage in {**usual, **stages}.items() if stage is not None},
        }
    )


@dataclass
class Story:
    """One deal; each command is decided at `now` and written as the worker does."""

    engine: AsyncEngine
    definition: Pipeline
    now: datetime
    id: str
    deal: Deal | None = None

    async def do(self, command: cmd.Command, by: str = "sales") -> Deal:
        """The deal after a command that must not be refused."""
        async with self.engine.begin() as connection:
            organisation, _ = await load_organisation(connection)
            moment = Moment(now=self.now, by=by, deal=self.id)
            made = decide(self.definition, self.deal, command, moment, Facts(organisation=organisation))
            assert made.refusal is None, made.refusal
            await commit(connection, self.deal, made.deal, made.events, self.definition)
        assert made.deal is not None
        self.deal = made.deal
        return made.deal

    async def move(self, to: str, after: float = 0, by: str = "sales", **given: Any) -> Deal:
        """Moves it so many hours later."""
        self.wait(after)
        return await self.do(cmd.Move(to=to, **given), by)

    async def finish(self, key: str, after: float = 0, by: str = "sales") -> Deal:
        """Finishes its open task of this key so many hours later."""
        self.wait(after)
        assert self.deal is not None
        (task,) = self.deal.open_tasks(key)
        return await self.do(cmd.FinishTask(task=task.number), by)

    def wait(self, hours: float) -> None:
        """Time goes by."""
        self.now += timedelta(hours=hours)


async def story(engine: AsyncEngine, definition: Pipeline, at: str, **given: Any) -> Story:
    """A deal opened at this Moscow time; the definition is published first, if it is not yet."""
    made = Story(engine, definition, moscow(at), str(uuid4()))
    async with engine.begin() as connection:
        await publish(connection, definition, "")
    opening = {"pipeline": definition.pipeline, "responsible": "sales", "title": "Сделка", **given}
    await made.do(cmd.Open.model_validate(opening))
    return made
