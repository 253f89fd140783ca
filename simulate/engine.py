"""What a scenario is played on. Two engines give the same events at the same virtual times, to the second.

The order of what follows a decision is fixed, so that engines can agree. After every decision on a deal, at
the same moment and before anything else:
1. planned deals are opened in the order they were planned: each is opened, its own consequences follow, then
   the opener hears `child_started`;
2. planned approvals are started, each and then the deal hears `approval_started`; approvals that a lost deal
   recalls are withdrawn, the deal hears `recall_sent`; a finished approval tells its deal `approval_done`;
3. planned effects succeed, in the order they were planned, with nothing coming of them but documents' files;
4. a closed deal with a waiting parent tells it `child_done`, then hears `reported`; the parent's consequences
   follow.
Due entries of several deals come in the order of their moments, then of the deals' opening; approvals' entries
come after the deals' of the same moment, in the order of their start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.approval.commands import Command as ApprovalCommand
from domain.approval.events import Recorded as ApprovalRecorded
from domain.approval.state import Approval
from domain.commands import Command
from domain.deal import Deal
from domain.definition import Pipeline
from domain.errors import Refusal
from domain.events import Recorded
from domain.facts import Company, FileRef, Organisation


@dataclass(frozen=True)
class Setup:
    """What all stories are played with: the pipelines by their ids, and the demo organisation."""

    definitions: Mapping[str, Pipeline]
    organisation: Organisation


@dataclass(frozen=True)
class World:
    """What exists before the story begins. `start` is an aware moment; `restarts`: the worker will be."""

    start: datetime
    organisation: Organisation
    companies: tuple[Company, ...]
    definitions: Mapping[str, Pipeline]
    restarts: bool = False


class EngineFailure(Exception):
    """The engine cannot go on: a workflow is stuck, a deal does not settle. No fault of the scenario's."""


class Engine(Protocol):
    """Deals are named by their ids; every moment is aware."""

    async def start(self, world: World) -> None:
        """Begins a new story in a new world; called once."""

    async def keep_file(self, file: FileRef) -> None:
        """Stores a small file, so that commands may name it."""

    async def send(self, deal: str, command: Command, by: str) -> Refusal | None:
        """Has the command decided now, with all that follows at this moment; `Open` opens the deal."""

    async def send_approval(self, approval: str, command: ApprovalCommand, by: str) -> Refusal | None:
        """Has the approval decide the command now, with all that follows at this moment."""

    async def approvals(self, deal: str) -> list[Approval]:
        """The deal's approvals, in the order of their start."""

    async def approval_events(self, approval: str) -> list[ApprovalRecorded]:
        """Everything that happened to the approval, oldest first."""

    async def advance_to(self, moment: datetime) -> None:
        """Lets time pass; afterwards all that was due up to and including `moment` has happened."""

    async def settle(self) -> None:
        """Returns when nothing is left to do at the present moment."""

    async def deals(self) -> list[str]:
        """Every deal, in the order of opening."""

    async def deal(self, deal: str) -> Deal:
        """The deal's state now; KeyError if there is none."""

    async def events(self, deal: str) -> list[Recorded]:
        """Everything that happened to the deal, oldest first."""

    async def company(self, company: str) -> Company | None:
        """The company as it is now."""

    async def restart_worker(self) -> None:
        """Kills what does the work and starts it anew, where there is such a thing."""

    async def close(self) -> None:
        """Frees what the engine holds."""
