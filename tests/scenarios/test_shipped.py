"""Every shipped scenario holds on the model engine, and there are enough of them, and they are quick."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from simulate.model import ModelEngine
from simulate.playing import play_file, scenario_files
from simulate.report import details
from simulate.runner import Played
from tests.scenarios.stories import SHIPPED, setup

FILES = scenario_files([SHIPPED])
VISITED = (
    *(f"fulfilment.{name}" for name in ("quote", "contract", "receiving", "processing", "shipping")),
    *("luxsr.lead", "luxsr.new_client"),
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_scenario_holds(file: Path) -> None:
    outcome = await play_file(file, setup(), ModelEngine)
    assert not details(outcome), "\n".join(details(outcome))


async def test_all_of_them_take_less_than_five_seconds() -> None:
    known = setup()
    began = time.process_time()  # of the processor: others may use it too
    for file in FILES:
        await play_file(file, known, ModelEngine)
    assert time.process_time() - began < 5


async def test_every_stage_of_every_pipeline_is_visited() -> None:
    """At least twenty stories, and no stage that none of them reaches."""
    assert len(FILES) >= 20
    known = setup()
    visited: set[tuple[str, str]] = set()
    for file in FILES:
        outcome = await play_file(file, known, ModelEngine)
        assert isinstance(outcome, Played)
        for deal, records in outcome.records.items():
            pipeline = outcome.deals[deal].pipeline
            stages = (getattr(record.event, "stage", None) for record in records)
            visited |= {(pipeline, stage) for stage in stages if stage}
    wanted = {(name, stage) for name in VISITED for stage in known.definitions[name].stages}
    assert wanted <= visited, sorted(wanted - visited)


async def test_a_story_ends_the_same_however_often_it_is_played() -> None:
    file = SHIPPED / "fulfilment" / "quote_01_new_client_to_delivered.yaml"
    first, second = [await play_file(file, setup(), ModelEngine) for _ in range(2)]
    assert isinstance(first, Played)
    assert isinstance(second, Played)
    assert first.records == second.records
