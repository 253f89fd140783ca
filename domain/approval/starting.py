"""How a deal starts an approval: the command that the planned approval begins with."""

from __future__ import annotations

from domain.approval.commands import Start
from domain.deal import Deal


def starting(deal: Deal, key: str) -> Start:
    """The command that starts the planned approval `key`. Raises ValueError once it has been started."""
    planned = deal.approvals[key]
    if planned.plan is None:
        raise ValueError(f"approval {key} of deal {deal.id} is started already")
    plan = planned.plan
    return Start(deal=deal.id, key=key, title=plan.title, documents=plan.documents, steps=plan.steps)
