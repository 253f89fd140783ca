"""What happened to a deal. Types are only ever added to, and every old event folds for ever.

Events that change the deal's state are kept in Temporal's history and in PostgreSQL; those of `TOLD_ONLY` are
only told to people and stand in PostgreSQL alone, so that history stays small.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, get_args

from pydantic import Field, TypeAdapter, field_validator

from domain.base import Lasting
from domain.event_types.approvals import (
    ApprovalEnded as ApprovalEnded,
)
from domain.event_types.approvals import (
    ApprovalPlanned as ApprovalPlanned,
)
from domain.event_types.approvals import (
    ApprovalRecalled as ApprovalRecalled,
)
from domain.event_types.approvals import (
    ApprovalStarted as ApprovalStarted,
)
from domain.event_types.approvals import (
    RecallSent as RecallSent,
)
from domain.event_types.course import (
    AttentionCleared as AttentionCleared,
)
from domain.event_types.course import (
    AttentionNeeded as AttentionNeeded,
)
from domain.event_types.course import (
    Changed as Changed,
)
from domain.event_types.course import (
    CompanyMade as CompanyMade,
)
from domain.event_types.course import (
    CompanySet as CompanySet,
)
from domain.event_types.course import (
    Filled as Filled,
)
from domain.event_types.course import (
    Fired as Fired,
)
from domain.event_types.course import (
    MoveBlocked as MoveBlocked,
)
from domain.event_types.course import (
    Moved as Moved,
)
from domain.event_types.course import (
    Opened as Opened,
)
from domain.event_types.course import (
    Reopened as Reopened,
)
from domain.event_types.course import (
    Scheduled as Scheduled,
)
from domain.event_types.dates import (
    MoveDropped as MoveDropped,
)
from domain.event_types.dates import (
    TaskDue as TaskDue,
)
from domain.event_types.dates import (
    Unscheduled as Unscheduled,
)
from domain.event_types.intake import (
    DuplicateFound as DuplicateFound,
)
from domain.event_types.intake import (
    Merged as Merged,
)
from domain.event_types.involving import (
    AgendaCleared as AgendaCleared,
)
from domain.event_types.involving import (
    ClaimDeclined as ClaimDeclined,
)
from domain.event_types.involving import (
    Claimed as Claimed,
)
from domain.event_types.involving import (
    ClaimOffered as ClaimOffered,
)
from domain.event_types.involving import (
    ClaimUnanswered as ClaimUnanswered,
)
from domain.event_types.involving import (
    ControlStarted as ControlStarted,
)
from domain.event_types.involving import (
    PaymentRecorded as PaymentRecorded,
)
from domain.event_types.involving import (
    TaskMirrored as TaskMirrored,
)
from domain.event_types.undoing import (
    MoveUndone as MoveUndone,
)
from domain.event_types.work import (
    AssignmentAnswered as AssignmentAnswered,
)
from domain.event_types.work import (
    AssignmentCreated as AssignmentCreated,
)
from domain.event_types.work import (
    CallLogged as CallLogged,
)
from domain.event_types.work import (
    CallPlanned as CallPlanned,
)
from domain.event_types.work import (
    CallsCancelled as CallsCancelled,
)
from domain.event_types.work import (
    TaskChecked as TaskChecked,
)
from domain.event_types.work import (
    TaskCommented as TaskCommented,
)
from domain.event_types.work import (
    TaskCreated as TaskCreated,
)
from domain.event_types.work import (
    TaskFinished as TaskFinished,
)
from domain.event_types.work import (
    TaskReassigned as TaskReassigned,
)
from domain.event_types.work import (
    TasksCancelled as TasksCancelled,
)
from domain.event_types.work import (
    TaskStarted as TaskStarted,
)
from domain.event_types.work import (
    TaskStopped as TaskStopped,
)
from domain.event_types.world import (
    ChildEnded as ChildEnded,
)
from domain.event_types.world import (
    Commented as Commented,
)
from domain.event_types.world import (
    DealPlanned as DealPlanned,
)
from domain.event_types.world import (
    DealStarted as DealStarted,
)
from domain.event_types.world import (
    EffectDone as EffectDone,
)
from domain.event_types.world import (
    EffectFailed as EffectFailed,
)
from domain.event_types.world import (
    EffectLate as EffectLate,
)
from domain.event_types.world import (
    EffectPlanned as EffectPlanned,
)
from domain.event_types.world import (
    HappenedOutside as HappenedOutside,
)
from domain.event_types.world import (
    Notified as Notified,
)
from domain.event_types.world import (
    ResultReported as ResultReported,
)
from domain.event_types.world import (
    SignalRefused as SignalRefused,
)
from domain.event_types.world import (
    SignalSetAside as SignalSetAside,
)
from domain.event_types.world import (
    SignalTakenUp as SignalTakenUp,
)

SYSTEM = "system"  # the actor of what the product does by itself

Known = (
    Opened
    | Filled
    | Changed
    | CompanySet
    | CompanyMade
    | Moved
    | Reopened
    | MoveBlocked
    | MoveDropped
    | MoveUndone
    | TaskCreated
    | TaskReassigned
    | TaskStarted
    | TaskStopped
    | TaskCommented
    | TaskDue
    | TaskChecked
    | TaskFinished
    | TasksCancelled
    | AssignmentCreated
    | AssignmentAnswered
    | CallPlanned
    | CallLogged
    | CallsCancelled
    | Scheduled
    | Unscheduled
    | Fired
    | DealPlanned
    | DealStarted
    | ChildEnded
    | ApprovalPlanned
    | ApprovalStarted
    | ApprovalRecalled
    | RecallSent
    | ApprovalEnded
    | ResultReported
    | EffectPlanned
    | EffectDone
    | EffectFailed
    | EffectLate
    | AttentionNeeded
    | AttentionCleared
    | Notified
    | Commented
    | SignalRefused
    | SignalSetAside
    | SignalTakenUp
    | HappenedOutside
    | ClaimOffered
    | Claimed
    | ClaimDeclined
    | ClaimUnanswered
    | TaskMirrored
    | ControlStarted
    | PaymentRecorded
    | AgendaCleared
    | DuplicateFound
    | Merged
)
TOLD_ONLY = (Notified, Commented, SignalRefused, HappenedOutside, PaymentRecorded)
EVENT_TYPES: dict[str, type[Lasting]] = {
    model.model_fields["type"].default: model for model in get_args(Known)
}


class Unknown(Lasting):
    """An event of a newer version of the product: kept in the record, and folded as «nothing»."""

    type: str = "unknown"

    @field_validator("type")
    @classmethod
    def _not_known(cls, name: str) -> str:
        if name in EVENT_TYPES:
            raise ValueError(f"an event of type {name} has its own shape")
        return name


Event = Annotated[Annotated[Known, Field(discriminator="type")] | Unknown, Field(union_mode="left_to_right")]


class Recorded(Lasting):
    """An event as it stands in the record: its number in the deal, when, by whom."""

    seq: int
    at: datetime
    by: str
    event: Event

    @property
    def folded(self) -> bool:
        """Whether the event changes the deal's state."""
        return not isinstance(self.event, TOLD_ONLY)


RECORD: TypeAdapter[list[Recorded]] = TypeAdapter(list[Recorded])
