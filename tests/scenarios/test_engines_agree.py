"""Every shipped scenario gives the same events at the same virtual times on both engines, deal by deal.

The temporal engine runs the product's workflows, activities and gateway on the time-skipping server and a real
PostgreSQL. Slow compared to the model (about a second a story), and worth it: this holds shell and core together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from domain.approval.events import Recorded as ApprovalRecorded
from domain.durations import Duration
from domain.events import SYSTEM, Recorded
from simulate.engine import Setup
from simulate.model import ModelEngine
from simulate.playing import play_file, scenario_files
from simulate.report import details
from simulate.runner import Played
from simulate.temporal import Laboratory, laboratory
from tests.scenarios.stories import SHIPPED, setup
from tests.scenarios.test_command import simulate

FILES = scenario_files([SHIPPED])


@pytest.fixture(scope="module")
def lab() -> Iterator[Laboratory]:
    with laboratory() as made:
        yield made


def story(played: Played) -> dict[str, list[Any]]:
    """All that happened, deal by deal, with moments to the second."""
    every: dict[str, Sequence[Recorded | ApprovalRecorded]] = {**played.records, **played.approvals}
    return {id: _in_order(records) for id, records in every.items()}


def _in_order(records: Sequence[Recorded | ApprovalRecorded]) -> list[Any]:
    """Events in their order. What is sent at one moment arrives in any order, so ends of effects come last in it,
    each with what it fills in.
    """
    rows: list[Any] = []
    effect = ""
    for record in records:
        event = record.event.model_dump(mode="json")
        if event["type"] == "effect_done":
            effect = event["key"]
        elif (event["type"], record.by) != ("filled", SYSTEM):
            effect = ""
        rows.append((f"{record.at:%Y-%m-%d %H:%M:%S}", effect, record.by, event))
    return sorted(rows, key=lambda row: (row[0], row[1]))


async def both(file: Path, lab: Laboratory, temporal_setup: Setup | None = None) -> tuple[Played, Played]:
    """The story on the model and on Temporal."""
    model = await play_file(file, setup(), ModelEngine)
    temporal = await play_file(file, temporal_setup or setup(), lab.engine)
    assert isinstance(model, Played)
    assert isinstance(temporal, Played)
    return model, temporal


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_engines_agree(file: Path, lab: Laboratory) -> None:
    model, temporal = await both(file, lab)
    assert not details(temporal), "\n".join(details(temporal))
    assert story(temporal) == story(model)
    assert list(temporal.records) == list(model.records)


async def test_the_comparison_sees_another_time(lab: Laboratory) -> None:
    """A reminder that comes a working day later on one engine is found."""
    name = "fulfilment.quote"
    quote = setup().definitions[name].model_dump(by_alias=True)
    [rule] = quote["stages"]["prepare_offer"]["rules"]
    rule["task"]["remind"]["every"] = Duration.parse("2wd")
    edited = type(setup().definitions[name]).model_validate(quote)
    later = Setup({**setup().definitions, name: edited}, setup().organisation)
    file = SHIPPED / "fulfilment" / "quote_06_prepare_offer_reminders.yaml"
    model, temporal = await both(file, lab, later)
    assert temporal.failures[0].message.startswith(
        "agenda: expected {at: 2026-12-29 16:00:00, what: reminder}"
    )
    assert story(temporal) != story(model)


def test_the_command_plays_on_temporal() -> None:
    result = simulate(SHIPPED / "fulfilment" / "contract_08_send_reminder.yaml", "--engine", "temporal")
    assert result.exit_code == 0, result.output
