"""`voronka lint`: one line a problem, as editors and CI read it, and an exit status."""

from __future__ import annotations

from pathlib import Path

from typer import Typer
from typer.testing import CliRunner, Result

from cli.lint import register

CASES = Path(__file__).parent / "cases"


def _lint(*paths: Path) -> Result:
    app = Typer()
    register(app)
    return CliRunner().invoke(app, [str(path) for path in paths])


def test_the_shipped_pipelines_pass_without_a_word() -> None:
    result = _lint()
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_warning_is_shown_and_does_not_fail() -> None:
    result = _lint(CASES / "unlost.yaml")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{CASES / 'unlost.yaml'}:3:1: warning: no_lost_stage: ")


def test_errors_fail_and_stand_one_a_line() -> None:
    result = _lint(CASES / "order.yaml", CASES / "good.yaml")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["no_won_stage", "stage_order"]
    assert all(line.startswith(f"{CASES / 'order.yaml'}:") for line in lines)


def test_a_path_that_is_not_there_fails(tmp_path: Path) -> None:
    assert _lint(tmp_path / "no.yaml").exit_code == 1
    assert _lint(tmp_path).exit_code == 1
