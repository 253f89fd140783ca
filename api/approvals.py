"""The card of an approval as clients see it: one pure function from its state to JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from domain.approval.events import Recorded
from domain.approval.rights import rights
from domain.approval.state import Approval, Seat, Step
from domain.deal import Deal
from domain.decide.turn import Moment
from domain.facts import Facts

Json = dict[str, Any]


def approval_card(approval: Approval, deal: Deal, facts: Facts, who: str, now: datetime) -> Json:
    """Steps with who decided what and when, whom it waits for, and what fires when if nobody acts.

    `may` is what `who` may do: `decide`, `withdraw`, and in `delegate` those whose decisions they may pass on.
    """
    head = approval.model_dump(
        mode="json",
        include={"id", "deal", "key", "title", "status", "documents", "started_at", "ended_at", "ended_by"}
        | {"comment", "at"},
    )
    pending = approval.status == "pending"
    return {
        **head,
        "version": approval.seq,
        "step": approval.step.plan.id if pending else None,
        "waits_for": [seat.person for seat in approval.undecided()],
        "may": asdict(rights(approval, deal, Moment(now=now, by=who, deal=approval.id), facts)),
        "steps": [_step(step) for step in approval.steps],
        "agenda": to_jsonable_python(
            [
                {"id": entry.id, "at": entry.due, "what": entry.what}
                for entry in sorted(approval.agenda.values(), key=lambda entry: (entry.due, entry.id))
            ]
        ),
        "workflow_id": f"approval-{approval.id}",
    }


def _step(step: Step) -> Json:
    moments = step.model_dump(mode="json", include={"status", "started_at", "deadline", "ended_at"})
    plan = step.plan
    return {
        "id": plan.id,
        "title": plan.title.model_dump(),
        "mode": plan.mode,
        "needed": plan.quorum(len(step.seats)) if step.seats else None,
        **moments,
        "approvers": [_seat(seat) for seat in step.seats.values()],
    }


def _seat(seat: Seat) -> Json:
    return seat.model_dump(mode="json", exclude={"number"})


def history(records: Sequence[Recorded]) -> list[Json]:
    """The record for people, in the order given."""
    return [
        {
            **recorded.model_dump(mode="json", include={"seq", "at", "by"}),
            "type": recorded.event.type,
            "data": recorded.event.model_dump(mode="json", exclude={"type"}),
        }
        for recorded in records
    ]
