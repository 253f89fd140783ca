"""Short ways to write a story in a test and to play it on the model engine."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from simulate.engine import Setup
from simulate.model import ModelEngine
from simulate.parsing import InvalidScenario, Problem, parse_scenario
from simulate.playing import load_setup
from simulate.runner import Failure, Played, play

ROOT = Path(__file__).resolve().parents[2]
PIPELINES = ROOT / "pipelines"
SHIPPED = ROOT / "scenarios"

HEAD = """\
title: Проба
start: 2026-11-23T10:00
companies:
  romashka: {name: ООО «Ромашка», inn: "7707083893", contract_signed: true}
steps:
"""
OPENED = """\
  - open:
      as: quote
      pipeline: fulfilment.quote
      responsible: sales
      company: romashka
      amount: 1000
      fields: {contact_name: Иван, contact_phone: "+79990000000", request: 200 коробок}
  - fill: {offer_file: offer.pdf, offer_approver: director}
  - move: prepare_offer
"""
FIRST_STEP = len(HEAD.splitlines()) + len(OPENED.splitlines()) + 1  # the line of what `played` adds


@cache
def setup() -> Setup:
    """The product's pipelines and its demo organisation."""
    return load_setup(PIPELINES, PIPELINES)


async def played(steps: str, opened: str = OPENED) -> Played:
    """The story with these steps after the opening, played."""
    scenario = parse_scenario(HEAD + opened + steps, "story.yaml")
    return await play(scenario, "story.yaml", setup(), ModelEngine())


async def failure(steps: str) -> Failure:
    """The one failure of the story with these steps."""
    found = (await played(steps)).failures
    assert len(found) == 1, found
    return found[0]


def problems(text: str) -> list[Problem]:
    """What is wrong with the file's text; empty for a valid scenario."""
    try:
        parse_scenario(text, "story.yaml")
    except InvalidScenario as invalid:
        return invalid.problems
    return []
