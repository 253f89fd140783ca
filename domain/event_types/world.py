"""A deal and the world: other deals, effects, notices, word from outside."""

from __future__ import annotations

from typing import Literal

from pydantic import JsonValue

from domain.aside import Aside
from domain.base import Lasting, Text
from domain.deal import ChildResult
from domain.definition import NoticeKind


class DealPlanned(Lasting):
    """Another deal is to be opened from this one, under this id. `title`: None to be called like its pipeline."""

    type: Literal["deal_planned"] = "deal_planned"
    key: str
    deal: str
    pipeline: str
    rule: str
    wait: bool
    source_child: str | None = None
    without: tuple[str, ...] = ()
    title: str | None = None


class DealStarted(Lasting):
    """The planned deal's workflow runs."""

    type: Literal["deal_started"] = "deal_started"
    key: str


class ChildEnded(Lasting):
    """A child deal this one waits for has ended."""

    type: Literal["child_ended"] = "child_ended"
    result: ChildResult


class ResultReported(Lasting):
    """The parent has this deal's end."""

    type: Literal["result_reported"] = "result_reported"


class EffectPlanned(Lasting):
    """Something is to be done outside; `name` says which template or call.

    `yields`: what comes of it is not put where somebody has put something else meanwhile.
    """

    type: Literal["effect_planned"] = "effect_planned"
    key: str
    kind: str
    name: str
    detail: dict[str, JsonValue] = {}
    yields: bool = False


class EffectDone(Lasting):
    """It was done."""

    type: Literal["effect_done"] = "effect_done"
    key: str


class EffectFailed(Lasting):
    """It is given up; a person has to look and may retry. `cause` is in English; older records have it alone."""

    type: Literal["effect_failed"] = "effect_failed"
    key: str
    cause: str
    text: Text | None = None


class EffectLate(Lasting):
    """It has not worked for hours, and is tried on. `code` is the type of the failure, `cause` its words."""

    type: Literal["effect_late"] = "effect_late"
    key: str
    cause: str
    text: Text
    code: str = ""


class Notified(Lasting):
    """A person was told something."""

    type: Literal["notified"] = "notified"
    to: str
    kind: NoticeKind
    text: Text
    task: int | None = None


class Commented(Lasting):
    """A person wrote in the deal's timeline."""

    type: Literal["commented"] = "commented"
    text: str
    files: tuple[dict[str, JsonValue], ...] = ()


class SignalRefused(Lasting):
    """A command sent without waiting was refused; nothing changed."""

    type: Literal["signal_refused"] = "signal_refused"
    command: str
    code: str
    message: Text


class SignalSetAside(Lasting):
    """A command sent without waiting failed by a fault in the program. It is kept, and may be tried again."""

    type: Literal["signal_set_aside"] = "signal_set_aside"
    signal: Aside


class SignalTakenUp(Lasting):
    """A signal that was set aside has been done after all, or refused."""

    type: Literal["signal_taken_up"] = "signal_taken_up"
    id: str


class HappenedOutside(Lasting):
    """Something came in from outside: a call, a mail, a payment, word from 1C."""

    type: Literal["happened_outside"] = "happened_outside"
    kind: str
    detail: dict[str, JsonValue] = {}
