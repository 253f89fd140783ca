"""One decision about an approval in the making. Like a deal's turn, it lives for one call of `decide`."""

from __future__ import annotations

from collections.abc import Iterable

from domain.approval.events import Event, Recorded
from domain.approval.evolve import evolve
from domain.approval.state import Approval
from domain.base import Text
from domain.deal import Deal
from domain.decide.turn import Moment
from domain.definition import NoticeKind
from domain.events import SYSTEM, Notified
from domain.facts import Facts


class Turn:
    """The approval as it stands after the events so far, the deal it belongs to, and the record that grows."""

    def __init__(self, approval: Approval | None, deal: Deal, moment: Moment, facts: Facts) -> None:
        self.deal = deal
        self.facts = facts
        self.id = moment.deal
        self.by = moment.by
        self.wall = moment.now
        self.now = moment.now
        self.events: list[Recorded] = []
        self._approval = approval

    @property
    def approval(self) -> Approval:
        """The approval after the events so far; ValueError before it is started."""
        if self._approval is None:
            raise ValueError(f"approval {self.id} is not started yet")
        return self._approval

    @property
    def exists(self) -> bool:
        """Whether the approval has been started."""
        return self._approval is not None

    def emit(self, event: Event, by: str | None = None) -> None:
        """Adds an event to the record and folds it."""
        seq = (self._approval.seq if self._approval else 0) + 1
        recorded = Recorded(seq=seq, at=self.now, by=by or self.by, event=event)
        self._approval = evolve(self._approval, recorded)
        self.events.append(recorded)

    def by_itself(self, event: Event) -> None:
        """Adds an event that no person caused directly."""
        self.emit(event, by=SYSTEM)

    def tell(self, people: Iterable[str], kind: NoticeKind, ru: str, en: str) -> None:
        """Notifies each of `people`; `{approval}`, `{step}` and `{deal}` are titles."""
        title, step = self.approval.title, self.approval.step.plan.title
        text = Text(
            ru=ru.replace("{approval}", title.ru).replace("{step}", step.ru),
            en=en.replace("{approval}", title.en).replace("{step}", step.en),
        ).fill(deal=self.deal.title)
        for person in people:
            self.by_itself(Notified(to=person, kind=kind, text=text))

    def mark(self) -> tuple[Approval | None, int]:
        """The present point."""
        return self._approval, len(self.events)

    def back_to(self, mark: tuple[Approval | None, int]) -> None:
        """Forgets everything since `mark`."""
        self._approval = mark[0]
        del self.events[mark[1] :]
