"""The gateway against a scripted Temporal: what is tried again, under which id, what the client is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from api import gateway
from api.errors import ProblemError, RefusedError, UnavailableError
from api.gateway import MAX_COMMAND_BYTES, Answer, Opening, TemporalGateway
from domain.commands import Comment, Move, Open
from domain.deal import Deal
from domain.errors import Refusal

DEAL = "5b0f7a52-0000-4000-8000-000000000001"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
REFUSAL = {
    "code": "missing_fields",
    "message": {"ru": "Заполните.", "en": "Fill in."},
    "missing": ["request"],
}


class ScriptedTemporal:
    """A client that answers each call by the next line of the script, and remembers the calls."""

    def __init__(self, *script: Any) -> None:
        self.script = list(script)
        self.health: bool | Exception = True
        self.calls: list[tuple[str, dict[str, Any]]] = []

    @property
    def service_client(self) -> ScriptedTemporal:
        return self

    async def check_health(self, **options: Any) -> bool:
        if isinstance(self.health, Exception):
            raise self.health
        return self.health

    def get_workflow_handle(self, workflow_id: str) -> ScriptedTemporal:
        self.calls.append(("handle", {"workflow_id": workflow_id}))
        return self

    async def execute_update(self, name: str, payload: Any, **options: Any) -> Any:
        return self._next("update", {"name": name, "payload": payload, **options})

    async def execute_update_with_start_workflow(self, name: str, *payload: Any, **options: Any) -> Any:
        return self._next("update_with_start", {"name": name, "payload": payload, **options})

    async def start_workflow(self, name: str, argument: Any, **options: Any) -> Any:
        return self._next("start", {"name": name, "argument": argument, **options})

    def _next(self, kind: str, call: dict[str, Any]) -> Any:
        self.calls.append((kind, call))
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def made(self, kind: str) -> list[dict[str, Any]]:
        """The calls of this kind."""
        return [call for found, call in self.calls if found == kind]


class Checked:
    """Checks that let everything through, or tell the answer given."""

    def __init__(self, known: Answer | None = None) -> None:
        self.known = known

    async def command(self, deal_id: str, command: Any, by: str, command_id: str) -> Answer | None:
        return self.known

    async def exists(self, deal_id: str) -> None:
        return None

    async def approval(self, approval_id: str, command: Any, by: str, command_id: str) -> Answer | None:
        return self.known

    async def approval_exists(self, approval_id: str) -> None:
        return None

    async def open(self, open_: Open, by: str, deal_id: str, command_id: str) -> Answer | Opening:
        deal = Deal(
            id=deal_id,
            pipeline="fulfilment.quote",
            definition="0" * 16,
            title="Иван Петров",
            stage="new",
            moved_at=NOW,
            opened_at=NOW,
            at=NOW,
            responsible="sales",
            creator="sales",
        )
        return self.known or Opening(deal, "Заявка на просчет заказа")


def made(*script: Any, known: Answer | None = None) -> tuple[TemporalGateway, ScriptedTemporal]:
    temporal = ScriptedTemporal(*script)
    return TemporalGateway(temporal, Checked(known), "queue"), temporal  # type: ignore[arg-type]


def rpc(status: RPCStatusCode, message: str = "") -> RPCError:
    return RPCError(message, status, b"")


def failed(cause: ApplicationError) -> WorkflowUpdateFailedError:
    return WorkflowUpdateFailedError(cause)


async def send(gateway: TemporalGateway, wait: bool = True) -> Answer:
    return await gateway.command(DEAL, Move(to="prepare_offer"), "sales", "id-1", wait)


async def test_a_command_goes_as_an_update_with_its_own_id_in_the_message() -> None:
    gate, temporal = made({"seq": 7})
    assert await send(gate) == Answer(7)
    (call,) = temporal.made("update")
    assert temporal.made("handle") == [{"workflow_id": f"deal-{DEAL}"}]
    assert call["name"] == "move"
    assert call["payload"] == {"type": "move", "to": "prepare_offer", "by": "sales", "id": "id-1"}


async def test_the_same_command_sent_again_is_an_update_of_its_own() -> None:
    """Temporal would answer the same update with the same failure, also when PostgreSQL is back."""
    gate, temporal = made(failed(ApplicationError("", type="unavailable")), {"seq": 7})
    with pytest.raises(UnavailableError):
        await send(gate)
    assert await send(gate) == Answer(7)
    first, second = temporal.made("update")
    assert first["payload"] == second["payload"]
    assert first["id"] != second["id"]


@pytest.mark.parametrize("away", [RuntimeError("Failed client connect"), rpc(RPCStatusCode.UNAVAILABLE)])
async def test_a_temporal_never_reached_is_told_as_nothing_done(away: Exception) -> None:
    gate, temporal = made()
    temporal.health = away
    with pytest.raises(UnavailableError) as caught:
        await send(gate)
    assert "nothing was done" in caught.value.detail.en
    assert await gate.ready() is False


async def test_what_is_known_already_is_not_sent() -> None:
    gate, temporal = made(known=Answer(3))
    assert await send(gate) == Answer(3)
    assert temporal.calls == []


@pytest.mark.parametrize(
    "passing",
    [
        rpc(RPCStatusCode.UNAVAILABLE),
        rpc(RPCStatusCode.FAILED_PRECONDITION, "... due to unexpected workflow task failure."),
        failed(ApplicationError("", type="AcceptedUpdateCompletedWorkflow")),
        failed(ApplicationError("", type="not_ready")),
    ],
)
async def test_failures_that_pass_are_tried_again_under_the_same_id(passing: Exception) -> None:
    gate, temporal = made(passing, passing, {"seq": 7})
    assert await send(gate) == Answer(7)
    calls = temporal.made("update")
    assert len(calls) == 3
    assert len({call["id"] for call in calls}) == 1


async def test_other_failures_are_not_tried_again() -> None:
    gate, temporal = made(rpc(RPCStatusCode.FAILED_PRECONDITION, "limit on the number of distinct updates"))
    with pytest.raises(UnavailableError):
        await send(gate)
    assert len(temporal.made("update")) == 1


async def test_retries_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "RETRY_SECONDS", 0.2)
    gate, temporal = made(*[rpc(RPCStatusCode.UNAVAILABLE)] * 6)
    with pytest.raises(UnavailableError):
        await send(gate)
    assert 1 < len(temporal.made("update")) < 6


async def test_a_closed_deal_is_resumed_by_the_command() -> None:
    gate, temporal = made(rpc(RPCStatusCode.NOT_FOUND, "workflow execution already completed"), {"seq": 9})
    assert await send(gate) == Answer(9)
    (call,) = temporal.made("update_with_start")
    start = call["start_workflow_operation"]._start_workflow_input
    assert (call["payload"][0]["id"], call["payload"][0]["to"]) == ("id-1", "prepare_offer")
    assert (start.id, start.args, start.task_queue) == (
        f"deal-{DEAL}",
        [{"deal": DEAL, "resume": True}],
        "queue",
    )
    assert start.id_conflict_policy is WorkflowIDConflictPolicy.USE_EXISTING


async def test_a_refusal_comes_back_whole() -> None:
    gate, _ = made(failed(ApplicationError("Fill in.", REFUSAL, type="missing_fields")))
    with pytest.raises(RefusedError) as caught:
        await send(gate)
    assert caught.value.refusal == Refusal.model_validate(REFUSAL)
    assert caught.value.members == {"missing": ["request"]}


async def test_a_database_that_is_away_is_told_as_nothing_done() -> None:
    gate, _ = made(failed(ApplicationError("away", type="unavailable")))
    with pytest.raises(UnavailableError) as caught:
        await send(gate)
    assert "nothing was done" in caught.value.detail.en


async def test_no_answer_in_time_is_told_as_perhaps_done() -> None:
    gate, _ = made(WorkflowUpdateRPCTimeoutOrCancelledError())
    with pytest.raises(UnavailableError) as caught:
        await send(gate)
    assert "may have been carried out" in caught.value.detail.en
    assert "Idempotency-Key" in caught.value.detail.ru


async def test_a_failure_of_no_known_kind_stays_what_it_is() -> None:
    gate, _ = made(failed(ApplicationError("odd", type="odd")))
    with pytest.raises(WorkflowUpdateFailedError):
        await send(gate)


async def test_nobody_waits_for_a_signal() -> None:
    gate, temporal = made(None)
    assert await send(gate, wait=False) == Answer(None)
    (call,) = temporal.made("start")
    assert (call["start_signal"], call["id"]) == ("move", f"deal-{DEAL}")
    assert call["start_signal_args"] == [{"type": "move", "to": "prepare_offer", "by": "sales", "id": "id-1"}]
    assert call["argument"] == {"deal": DEAL, "resume": True}


async def test_too_large_a_command_is_not_sent() -> None:
    gate, temporal = made()
    with pytest.raises(ProblemError, match="too_large"):
        await gate.command(DEAL, Comment(text="я" * (MAX_COMMAND_BYTES // 2)), "sales", "id-1", True)
    assert temporal.calls == []


async def test_opening_starts_the_workflow_and_waits_for_its_first_decision() -> None:
    gate, temporal = made({"seq": 1})
    open_ = Open(pipeline="fulfilment.quote", responsible="sales", company="c-1")
    assert await gate.open(open_, "sales", DEAL, "id-1") == Answer(1)
    (call,) = temporal.made("update_with_start")
    assert (call["name"], call["payload"], call["id"]) == ("opened", (), "id-1")
    start = call["start_workflow_operation"]._start_workflow_input
    assert start.args == [
        {
            "deal": DEAL,
            "open": {
                "type": "open",
                "pipeline": "fulfilment.quote",
                "responsible": "sales",
                "company": "c-1",
            },
            "by": "sales",
            "command": "id-1",
        }
    ]
    attributes = {pair.key.name: pair.value for pair in start.search_attributes}
    assert attributes == {
        "Pipeline": "fulfilment.quote",
        "Stage": "new",
        "DealStatus": "open",
        "Responsible": "sales",
    }
    assert "Петров" not in repr((start.memo, start.static_summary, start.static_details, attributes))
