"""Every stage, rule, timer and outcome of every shipped pipeline is touched by a scenario."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from cli.main import build
from cli.scenarios import missing_parts
from simulate.coverage import Touched, untouched
from simulate.playing import load_setup, scenario_files

ROOT = Path(__file__).resolve().parents[2]


async def test_scenarios_touch_every_part_of_every_pipeline() -> None:
    missing = await missing_parts(scenario_files([ROOT / "scenarios"]), ROOT / "pipelines")
    assert {pipeline: names for pipeline, names in missing.items() if names} == {}


def test_what_nothing_touches_is_named_by_kind() -> None:
    contract = load_setup(ROOT / "pipelines", ROOT / "pipelines").definitions["fulfilment.contract"]
    kinds = {kind for kind, _ in untouched(contract, Touched())}
    assert kinds == {"stage", "rule", "timer", "outcome"}
    seen = Touched(stages=set(contract.stages))
    assert ("stage", "signed") not in untouched(contract, seen)
    assert ("outcome", "check_counterparty.failed") in untouched(contract, seen)
    assert ("timer", "send_contract.rules.0") in untouched(contract, seen)


def test_the_command_fails_where_something_is_untouched(tmp_path: Path) -> None:
    story = (ROOT / "scenarios/fulfilment/quote_11_refused.yaml").read_text(encoding="utf-8")
    (tmp_path / "one.yaml").write_text(story, encoding="utf-8")
    ran = CliRunner().invoke(build(["scenarios"]), ["scenarios", str(tmp_path), "--coverage"])
    assert ran.exit_code == 1
    assert "fulfilment.contract: no scenario touches the stage signed" in ran.output
