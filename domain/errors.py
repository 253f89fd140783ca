"""Refusals: why a command cannot be done, for a person (two languages) and for a client (code and parts)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from domain.base import Lasting, Text

RefusalCode = Literal[
    "missing_fields",  # fields that must be filled first, all of them in `missing`
    "gate_not_met",  # conditions that must hold first, in `gates`
    "reason_required",  # a lost stage asks why
    "comment_required",  # the outcome or reason chosen asks for a comment
    "stale_stage",  # the deal is at another stage by now
    "unknown_stage",
    "same_stage",
    "deal_closed",
    "deal_open",
    "unknown_field",
    "invalid_value",
    "unknown_task",
    "task_closed",
    "outcome_required",
    "unknown_outcome",
    "result_required",
    "result_file_required",
    "unknown_assignment",
    "assignment_closed",
    "unknown_option",
    "unknown_approval",
    "approval_closed",  # finished, or overtaken: `decided` says by whom and when
    "already_decided",
    "unknown_call",
    "call_closed",
    "unknown_employee",
    "unknown_company",
    "unknown_file",
    "unknown_message",
    "unknown_item",
    "already_claimed",  # someone else was first
    "unknown_request",
    "unknown_process",
    "unknown_document",
    "unknown_row",
    "already_paid",
    "undo_overtaken",  # the move is not the last thing that happened, or is no person's move
    "undo_too_late",
    "undo_left_house",  # something has come of the move outside the deal
    "undo_in_vain",  # the deal would leave the stage again by itself
    "not_allowed",
    "nothing_to_do",
    "unknown_deal",
    "deal_exists",
    "key_reused",
]


class GateProblem(Lasting):
    """A gate that does not hold."""

    id: str
    message: Text


class DecidedBy(Lasting):
    """Who decided what and when, where a refusal comes too late for it."""

    by: str
    decision: str
    at: datetime
    comment: str | None = None


class Refusal(Lasting):
    """Why nothing was done. `missing` are field ids; `stage` is where the deal stands; `allowed` what would do."""

    code: RefusalCode
    message: Text
    missing: tuple[str, ...] = ()
    gates: tuple[GateProblem, ...] = ()
    stage: str | None = None
    allowed: tuple[str, ...] = ()
    decided: tuple[DecidedBy, ...] = ()


class Refused(Exception):
    """Carries a refusal out of the nested steps of a decision; `decide` catches it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def refuse(code: RefusalCode, ru: str, en: str, **parts: object) -> Refused:
    """A refusal to raise."""
    return Refused(Refusal.model_validate({"code": code, "message": Text(ru=ru, en=en), **parts}))
