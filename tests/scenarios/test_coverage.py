"""Every stage, rule, timer, outcome and document of every shipped pipeline is touched by a scenario."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner

from cli.main import build
from cli.scenarios import missing_parts
from domain import events as ev
from domain.approval.plan import ApprovalPlan, StepPlan
from domain.base import Text
from domain.deal import ApprovalResult
from simulate.coverage import Touched, note, untouched
from simulate.playing import load_setup, scenario_files

ROOT = Path(__file__).resolve().parents[2]
TITLE = Text(ru="Документы", en="Documents")
PLAN = ApprovalPlan(title=TITLE, steps=(StepPlan(id="lawyer", title=TITLE, approvers=("role:lawyer",)),))


async def test_scenarios_touch_every_part_of_every_pipeline() -> None:
    missing = await missing_parts(scenario_files([ROOT / "scenarios"]), ROOT / "pipelines")
    assert {pipeline: names for pipeline, names in missing.items() if names} == {}


def test_what_nothing_touches_is_named_by_kind() -> None:
    contract = load_setup(ROOT / "pipelines", ROOT / "pipelines").definitions["fulfilment.contract"]
    kinds = {kind for kind, _ in untouched(contract, Touched())}
    assert kinds == {"stage", "rule", "timer", "outcome", "document"}
    seen = Touched(stages=set(contract.stages))
    assert ("stage", "signed") not in untouched(contract, seen)
    assert ("outcome", "check_counterparty.failed") in untouched(contract, seen)
    assert ("timer", "send_contract.rules.0") in untouched(contract, seen)


def test_each_end_of_an_approval_is_to_be_touched() -> None:
    sale = load_setup(ROOT / "pipelines", ROOT / "pipelines").definitions["sales_1c.sale"]
    ends = {("outcome", f"documents.{end}") for end in ("approved", "rejected", "withdrawn")}
    assert ends <= set(untouched(sale, Touched()))
    at = datetime(2026, 11, 23, tzinfo=UTC)
    record: list[ev.Event] = [
        ev.ApprovalPlanned(key="documents.2", name="documents", approval="a", plan=PLAN),
        ev.ApprovalEnded(result=ApprovalResult(key="documents.2", status="rejected", by="lawyer", at=at)),
    ]
    seen = Touched()
    note(seen, [ev.Recorded(seq=seq, at=at, by="system", event=event) for seq, event in enumerate(record, 1)])
    assert ends & set(untouched(sale, seen)) == ends - {("outcome", "documents.rejected")}


def test_the_command_fails_where_something_is_untouched(tmp_path: Path) -> None:
    story = (ROOT / "scenarios/fulfilment/quote_11_refused.yaml").read_text(encoding="utf-8")
    (tmp_path / "one.yaml").write_text(story, encoding="utf-8")
    ran = CliRunner().invoke(build(["scenarios"]), ["scenarios", str(tmp_path), "--coverage"])
    assert ran.exit_code == 1
    assert "fulfilment.contract: no scenario touches the stage signed" in ran.output
