"""What travels between an approval's workflow and its decision activity; see `domain.wire`, whose shapes it shares.

(Annotations are real types here, not texts: Temporal's converter evaluates them inside the workflow sandbox.)
"""

from typing import Any, Literal, TypedDict

from domain import wire
from domain.approval.events import RECORD, Recorded
from domain.approval.evolve import fold
from domain.approval.state import Approval


class ApprovalStart(TypedDict, total=False):
    """Input of an approval's workflow: `start` for a new one, `state` after continue-as-new, neither to resume."""

    approval: str
    start: dict[str, Any]
    by: str
    command: str
    state: dict[str, Any]
    inbox: list[wire.Message]
    threshold: int
    resume: Literal[True]


def unpack(packed: wire.Packed) -> list[Recorded]:
    """The events as `wire.pack` got them."""
    return RECORD.validate_python(wire.unpacked(packed))


def apply(approval: Approval | None, answered: wire.Answer) -> Approval | None:
    """The workflow's approval after an answer. `seq` also counts events that only people read."""
    approval = fold(approval, unpack(answered["events"]))
    if approval and answered["seq"] > approval.seq:
        return approval.model_copy(update={"seq": answered["seq"]})
    return approval
