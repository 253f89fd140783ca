"""`voronka simulate`: exit status, text and the one JSON object."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from cli.simulate import register
from tests.scenarios.stories import FIRST_STEP, HEAD, OPENED, PIPELINES, SHIPPED

GOOD = HEAD + OPENED + "  - expect: {stage: prepare_offer}\n"
FALSE = HEAD + OPENED + "  - expect: {stage: new}\n"
BROKEN = HEAD + OPENED + "  - expekt: {stage: new}\n"


def simulate(*arguments: object) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)  # several commands, as in the product
    register(app)
    return CliRunner().invoke(app, ["simulate", *map(str, arguments)])


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {}
    for name, text in {"good": GOOD, "false": FALSE, "broken": BROKEN}.items():
        found[name] = tmp_path / f"{name}.yaml"
        found[name].write_text(text, encoding="utf-8")
    return found


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (["good"], 0),
        (["false"], 1),
        (["broken"], 2),
        (["good", "false"], 1),
        (["false", "broken", "good"], 2),
    ],
)
def test_exit_status(files: dict[str, Path], names: list[str], status: int) -> None:
    assert simulate(*(files[name] for name in names)).exit_code == status


def test_a_failure_says_where_what_and_the_story_so_far(files: dict[str, Path]) -> None:
    output = simulate(files["false"]).output
    assert f"{files['false']}:{FIRST_STEP}: expect at 2026-11-23 10:00, deal quote" in output
    assert "  stage: expected new, found prepare_offer" in output
    assert "    2026-11-23 10:00 sales: moved new → prepare_offer (open)" in output


def test_a_file_that_is_none_says_line_and_reason(files: dict[str, Path]) -> None:
    assert f"{files['broken']}:{FIRST_STEP}: `expekt` is not a verb" in simulate(files["broken"]).output


def test_a_folder_plays_all_in_it(files: dict[str, Path]) -> None:
    output = simulate(files["good"].parent).output
    assert f"ok      {files['good']}: Проба" in output
    assert f"FAILED  {files['false']}: Проба" in output
    assert f"invalid {files['broken']}" in output
    assert output.rstrip().endswith("3 scenarios: 1 held, 1 failed, 1 not valid")


def test_the_shipped_ones_hold() -> None:
    result = simulate(SHIPPED)
    assert result.exit_code == 0
    assert "FAILED" not in result.output
    assert "invalid" not in result.output


@pytest.mark.parametrize("made", ["nothing", "empty folder"])
def test_nothing_to_play_is_not_a_success(tmp_path: Path, made: str) -> None:
    folder = tmp_path / "none"
    if made == "empty folder":
        folder.mkdir()
    assert simulate(folder).exit_code == 2


@pytest.mark.parametrize("text", [None, "pipeline: broken\n"])
def test_definitions_that_do_not_load_are_told(
    tmp_path: Path, files: dict[str, Path], text: str | None
) -> None:
    folder = tmp_path / "pipelines"
    if text is not None:
        folder.mkdir()
        (folder / "broken.yaml").write_text(text, encoding="utf-8")
    assert simulate(files["good"], "--pipelines", folder).exit_code == 2


def test_an_edited_pipeline_is_tested_before_it_is_published(tmp_path: Path, files: dict[str, Path]) -> None:
    edited = tmp_path / "pipelines"
    shutil.copytree(PIPELINES, edited)
    quote = edited / "fulfilment" / "quote.yaml"
    text = quote.read_text("utf-8")
    asked = text.replace("exit: [contact_name, contact_phone, request]", "exit: [contact_name, goods]")
    assert asked != text
    quote.write_text(asked, "utf-8")
    result = simulate(files["good"], "--pipelines", edited)
    assert result.exit_code == 1
    assert "missing_fields, missing: goods" in result.output


def as_json(*arguments: object) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(simulate(*arguments, "--json").output)
    return report


def test_json_of_one_file(files: dict[str, Path]) -> None:
    report = as_json(files["good"])
    assert set(report) == {"ok", "failures", "events", "deals"}
    assert (report["ok"], report["failures"]) == (True, [])
    assert all({"at", "deal", "type"} <= set(event) for event in report["events"])
    first = report["events"][0]
    assert (first["at"], first["deal"], first["type"]) == ("2026-11-23T10:00:00+03:00", "quote", "opened")
    assert report["deals"]["quote"]["stage"] == "prepare_offer"


def test_json_of_a_failure(files: dict[str, Path]) -> None:
    report = as_json(files["false"])
    assert report["ok"] is False
    [failed] = report["failures"]
    assert (failed["file"], failed["line"], failed["deal"]) == (str(files["false"]), FIRST_STEP, "quote")
    assert failed["message"] == "stage: expected new, found prepare_offer"
    assert failed["timeline"]


def test_json_of_several_files_is_one_object(files: dict[str, Path]) -> None:
    report = as_json(files["good"], files["false"], files["broken"])
    assert set(report) == {"ok", "failures", "events", "deals", "scenarios"}
    assert [entry["ok"] for entry in report["scenarios"]] == [True, False, False]
    assert [failed["file"] for failed in report["failures"]] == [str(files["false"]), str(files["broken"])]
    assert set(report["deals"]) == {f"{files['good']}#quote", f"{files['false']}#quote"}
    assert {event["deal"] for event in report["events"]} == set(report["deals"])


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ("  - move: approve_offer\n    by: nobody\n", "`nobody` is nobody of the organisation"),
        ("  - until: 2026-11-22T10:00\n", "`until` lies in the past: it is 2026-11-23T10:00"),
        ("  - open: {pipeline: fulfilment.nothing}\n", "there is no pipeline `fulfilment.nothing`"),
    ],
)
def test_what_only_playing_can_tell_is_invalid_too(tmp_path: Path, steps: str, reason: str) -> None:
    file = tmp_path / "story.yaml"
    file.write_text(HEAD + OPENED + steps, encoding="utf-8")
    result = simulate(file)
    assert result.exit_code == 2
    assert f"{file}:{FIRST_STEP}: {reason}" in result.output
