"""A deal and the world: other deals, effects, notices, word from outside."""

from __future__ import annotations

from typing import Literal

from pydantic import JsonValue

from domain.base import Lasting, Text
from domain.deal import ChildResult
from domain.definition import NoticeKind


class DealPlanned(Lasting):
    """Another deal is to be opened from this one, under this id."""

    type: Literal["deal_planned"] = "deal_planned"
    key: str
    deal: str
    pipeline: str
    rule: str
    wait: bool
    source_child: str | None = None
    without: tuple[str, ...] = ()


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
    """Something is to be done outside; `name` says which template or call."""

    type: Literal["effect_planned"] = "effect_planned"
    key: str
    kind: str
    name: str
    detail: dict[str, JsonValue] = {}


class EffectDone(Lasting):
    """It was done."""

    type: Literal["effect_done"] = "effect_done"
    key: str


class EffectFailed(Lasting):
    """It did not succeed for hours; a person has to look and may retry."""

    type: Literal["effect_failed"] = "effect_failed"
    key: str
    cause: str


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


class HappenedOutside(Lasting):
    """Something came in from outside: a call, a mail, a payment, word from 1C."""

    type: Literal["happened_outside"] = "happened_outside"
    kind: str
    detail: dict[str, JsonValue] = {}
