"""Old histories of approvals, and of deals that had some, replay on this code."""

from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from domain.approval.commands import PUBLIC
from domain.approval.wire import ApprovalStart
from tests.approvals.record import HISTORIES
from workflows.approval import ApprovalWorkflow
from workflows.deal import DealWorkflow

FILES = sorted(HISTORIES.glob("*.json"))


def history(file: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"replay-{file.stem}", file.read_text("utf-8"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_it_replays(file: Path) -> None:
    await Replayer(workflows=[ApprovalWorkflow, DealWorkflow]).replay_workflow(history(file))


def test_there_are_some_of_both() -> None:
    names = {file.stem for file in FILES}
    assert {
        "agreed_approval",
        "agreed_deal",
        "rejected_approval",
        "recalled_deal",
        "renewed_approval",
        "replanned_approval",
    } <= names


def test_every_message_that_people_may_send_is_in_some_history() -> None:
    """As an update or as a signal; workflows must replay them for years."""
    told = "".join(file.read_text("utf-8") for file in FILES if file.stem.endswith("_approval"))
    lacking = [
        name for name in PUBLIC if f'"name": "{name}"' not in told and f'"signalName": "{name}"' not in told
    ]
    assert not lacking, "Add a story to tests/approvals/record.py and record it."


@workflow.defn(name="Approval")
class Hesitant(ApprovalWorkflow):
    """An approval that waits a second before everything else."""

    @workflow.init
    def __init__(self, start: ApprovalStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: ApprovalStart) -> dict[str, Any]:
        await workflow.sleep(1)
        return await super().run(start)


async def test_other_commands_are_found() -> None:
    """The replay is not blind."""
    replayer = Replayer(workflows=[Hesitant], workflow_runner=UnsandboxedWorkflowRunner())
    with pytest.raises(NondeterminismError):
        await replayer.replay_workflow(history(HISTORIES / "agreed_approval.json"))
