"""Approvals in scenarios: the verbs that act on them, and what an `expect` finds of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.approval import commands as cmd
from domain.approval.events import Recorded
from domain.approval.state import Approval
from domain.calendar import WorkingCalendar
from domain.deal import AgendaEntry
from domain.events import Notified
from simulate import acts, expected
from simulate.compare import local_time, shown


@dataclass(frozen=True)
class Seen:
    """The deal's approvals in the order of their start, and their events since the deal's last `expect`."""

    approvals: Sequence[Approval] = ()
    recent: Sequence[Recorded] = ()

    def notices(self) -> list[Notified]:
        """What people were told by approvals."""
        return [record.event for record in self.recent if isinstance(record.event, Notified)]

    def agenda(self) -> list[AgendaEntry]:
        """What fires in approvals if nobody acts."""
        return [entry for approval in self.approvals for entry in approval.agenda.values()]


def approval_command(verb: str, what: acts.Approval) -> cmd.Command:
    """The command of `approve`, `reject`, `withdraw` or `delegate`."""
    match verb:
        case "approve" | "reject":
            decision = "approve" if verb == "approve" else "reject"
            return cmd.Decide.model_validate(
                {"decision": decision, "comment": what.comment, "step": what.step}
            )
        case "withdraw":
            return cmd.Withdraw(comment=what.comment)
        case _:
            return cmd.Delegate(to=what.to or "", approver=what.approver, comment=what.comment)


def approval_mismatches(
    wanted: str | expected.ApprovalMatch | None, approvals: Sequence[Approval], calendar: WorkingCalendar
) -> Iterator[str]:
    """What is otherwise with the deal's latest approval, or the latest of the key given."""
    if wanted is None:
        return
    match = expected.ApprovalMatch.model_validate({"status": wanted}) if isinstance(wanted, str) else wanted
    named = [one for one in approvals if match.key in (None, one.key)]
    if not named:
        yield f"approval: expected {match.key or match.status}, found none"
        return
    found = _parts(named[-1], calendar)
    for name in sorted(match.model_fields_set):
        value = getattr(match, name)
        value = list(value) if isinstance(value, tuple) else value
        if found[name] != value:
            yield f"approval, {name}: expected {shown(value)}, found {shown(found[name])}"


def _parts(approval: Approval, calendar: WorkingCalendar) -> dict[str, object]:
    pending = approval.status == "pending"
    deadline = approval.step.deadline if pending else None
    return {
        "key": approval.key,
        "status": approval.status,
        "step": approval.step.plan.id if pending else None,
        "waits_for": [seat.person for seat in approval.undecided()],
        "by": approval.ended_by,
        "comment": approval.comment,
        "documents": [str(document.get("name")) for document in approval.documents],
        "deadline": local_time(deadline, calendar) if deadline else None,
    }
