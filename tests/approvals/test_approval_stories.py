"""Stories of approvals hold, and give the same events on both engines, deals' and approvals' alike."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulate.engine import Setup
from simulate.model import ModelEngine
from simulate.playing import load_setup, play_file, scenario_files
from simulate.report import details
from simulate.runner import Played
from simulate.temporal import Laboratory, laboratory
from tests.scenarios.stories import PIPELINES as SHIPPED

HERE = Path(__file__).parent
STORIES = scenario_files([HERE / "stories"])


@cache
def setup() -> Setup:
    return load_setup(HERE / "pipelines", SHIPPED)


@pytest.fixture(scope="module")
def lab() -> Iterator[Laboratory]:
    with laboratory() as made:
        yield made


def story(played: Played) -> dict[str, list[Any]]:
    """All that happened, deal by deal and approval by approval."""
    every: dict[str, list[Any]] = {**played.records, **played.approvals}
    return {id: [record.model_dump(mode="json") for record in records] for id, records in every.items()}


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
async def test_the_story_holds_and_the_engines_agree(file: Path, lab: Laboratory) -> None:
    model = await play_file(file, setup(), ModelEngine)
    assert not details(model), "\n".join(details(model))
    temporal = await play_file(file, setup(), lab.engine)
    assert not details(temporal), "\n".join(details(temporal))
    assert isinstance(model, Played)
    assert isinstance(temporal, Played)
    assert model.approvals
    assert story(temporal) == story(model)


async def test_an_expectation_that_does_not_hold_is_told(tmp_path: Path) -> None:
    text = STORIES[0].read_text("utf-8").replace("waits_for: director", "waits_for: lawyer")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text, "utf-8")
    played = await play_file(wrong, setup(), ModelEngine)
    assert isinstance(played, Played)
    [failure] = played.failures
    assert failure.message == "approval, waits_for: expected [lawyer], found [director]"
