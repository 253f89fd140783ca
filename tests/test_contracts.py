"""Tables that must stay complete as the product grows: codes, commands, actions, events, activities."""

from __future__ import annotations

from typing import get_args

from api.problem_kinds import KINDS
from domain import evolve
from domain.commands import COMMAND, PUBLIC
from domain.definition import ACTIONS, Rule
from domain.errors import RefusalCode
from domain.events import EVENT_TYPES, TOLD_ONLY, Opened
from workflows.deal import DealWorkflow


def test_every_refusal_has_its_http_status() -> None:
    assert set(get_args(RefusalCode)) - set(KINDS) == set()


def test_every_public_command_is_a_command() -> None:
    known = {
        choice["properties"]["type"]["const"]
        for choice in COMMAND.json_schema()["$defs"].values()
        if "const" in choice.get("properties", {}).get("type", {})
    }
    assert set(PUBLIC) - known == set()


def test_every_action_is_a_field_of_a_rule() -> None:
    assert set(ACTIONS) <= set(Rule.model_fields)


def test_every_event_folds_or_is_only_told() -> None:
    folded = {name for name, model in EVENT_TYPES.items() if model in (*evolve._FOLDS, Opened)}
    told = {name for name, model in EVENT_TYPES.items() if model in TOLD_ONLY}
    assert set(EVENT_TYPES) - {"company_set"} == folded | told, (
        "`company_set` changes the company's row alone"
    )
    assert not folded & told


def test_the_workflow_is_found_under_its_name() -> None:
    definition = DealWorkflow.__temporal_workflow_definition  # type: ignore[attr-defined]
    assert definition.name == "Deal"
