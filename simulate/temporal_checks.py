"""The gateway's look ahead on the temporal engine: none, for the workflow alone decides in virtual time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.gateway import Answer, Opening
from domain import commands as cmd
from domain.approval.commands import Command as ApprovalCommand
from domain.deal import Deal


@dataclass(frozen=True)
class NoLookAhead:
    """The gateway's read-only look ahead takes the real clock; here the workflow alone decides."""

    async def command(self, deal_id: str, command: cmd.Command, by: str, command_id: str) -> Answer | None:
        return None

    async def exists(self, deal_id: str) -> None:
        return None

    async def approval(
        self, approval_id: str, command: ApprovalCommand, by: str, command_id: str
    ) -> Answer | None:
        return None

    async def approval_exists(self, approval_id: str) -> None:
        return None

    async def open(self, open_: cmd.Open, by: str, deal_id: str, command_id: str) -> Answer | Opening:
        moment = datetime.now().astimezone()
        deal = Deal(
            id=deal_id,
            pipeline=open_.pipeline,
            definition="",
            title="",
            stage="",
            moved_at=moment,
            opened_at=moment,
            at=moment,
            responsible=open_.responsible,
            creator=by,
            company=open_.company,
        )
        return Opening(deal, title=open_.pipeline)
