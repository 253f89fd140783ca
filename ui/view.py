"""What one open page works with: who looks, in which language, and the ways to read, act and be told."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from nicegui import Client, background_tasks, ui

from ui.addresses import sign_in_again
from ui.api_client import Api, Json, Problem
from ui.live import Change, Live
from ui.speech import Speech

T = TypeVar("T")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Person:
    """Who looks at the page."""

    id: str
    name: str
    position: str
    roles: tuple[str, ...]

    @property
    def directs(self) -> bool:
        """Whether they may change how the organisation works; the API decides anew."""
        return bool({"director", "admin"} & set(self.roles))


@dataclass(frozen=True, kw_only=True)
class View(Speech):
    """One open page. `people`: names by employee id. `pipelines`: as `GET /api/pipelines` tells them.

    `operator_url`: Temporal Web, for people who run the product; None where it is not known.
    """

    me: Person
    api: Api
    live: Live
    client: Client
    query: Mapping[str, str]
    people: Mapping[str, str] = field(default_factory=dict)
    pipelines: tuple[Mapping[str, Any], ...] = ()
    operator_url: str | None = None

    def name(self, person: str | None) -> str:
        """A person's name; of the system itself, its own."""
        if person in (None, "", "system"):
            return self.say("Воронка", "Voronka")
        return self.people.get(str(person), str(person))

    async def act(self, action: Awaitable[T], done: str | None = None) -> T | None:
        """The action's result, with a toast `done` where it is told; a refusal is told too, and gives None."""
        try:
            result = await action
        except Problem as problem:
            self.tell_problem(problem)
            return None
        if done:
            self.toast(done)
        return result

    def toast(self, text: str) -> None:
        """Says that something was done."""
        with self.client:
            ui.notify(text, type="positive", position="bottom", multi_line=len(text) > 60)

    def tell_problem(self, problem: Problem) -> None:
        """Says why something was not done; who is signed out is led to the sign-in page."""
        if problem.status == 401:
            shown = self.client.request.url
            self.go(sign_in_again(shown.path, shown.query))
            return
        with self.client:
            ui.notify(
                problem.detail,
                type="warning" if problem.status < 500 else "negative",
                position="bottom",
                multi_line=True,
                timeout=8000,
                close_button=self.say("Закрыть", "Close"),
            )

    def go(self, path: str) -> None:
        """Leads the browser to another page."""
        with self.client:
            ui.navigate.to(path)

    def on_change(
        self,
        told: Callable[[Change], Awaitable[None]],
        *,
        deals: Iterable[str] | None = None,
        pipelines: Iterable[str] | None = None,
        people: Iterable[str] | None = None,
    ) -> None:
        """Calls `told` when any of these change, until the page is closed. Refusals are told as by `act`."""

        async def run(change: Change) -> None:
            with self.client:
                await self.act(told(change))

        end = self.live.subscribe(
            run,
            deals=None if deals is None else frozenset(deals),
            pipelines=None if pipelines is None else frozenset(pipelines),
            people=None if people is None else frozenset(people),
        )
        self.client.on_delete(end)

    def told(self, run: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """`run`, whose refusals are told: what follows something that is done is no reason to ask for it again."""

        async def guarded() -> None:
            await self.act(run())

        return guarded

    def start(self, work: Awaitable[Json]) -> None:
        """Does something beside what goes on; a refusal is told."""
        background_tasks.create(self._guarded(work), name="page work")

    async def _guarded(self, work: Awaitable[Json]) -> None:
        with self.client:
            await self.act(work)
