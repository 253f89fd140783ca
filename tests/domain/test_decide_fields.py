"""Filling the card: what values each type of field takes, and that a refused fill changes nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import JsonValue

from domain import commands as cmd
from domain import events as ev
from domain.definition import Pipeline
from tests.domain.builders import FILES, Desk, small, told, types

TYPES = ("text", "number", "money", "bool", "date", "datetime", "employee", "file", "files", "choice")


def card() -> Pipeline:
    definition = small("a: {}\nwon: {kind: won}", **{name: name for name in TYPES})
    spec = definition.fields["choice"]
    choice = spec.model_copy(update={"options": {"red": spec.title, "blue": spec.title}})
    return definition.model_copy(update={"fields": {**definition.fields, "choice": choice}})


FILE = {"id": FILES[0], "name": FILES[0]}


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("text", "x", "x"),
        ("text", 5, "5"),
        ("number", 5, 5),
        ("number", "2.5", 2.5),
        ("number", 0, 0),
        ("money", 500000, "500000.00"),
        ("money", "1.005", "1.00"),
        ("bool", False, False),
        ("date", "2026-11-23", "2026-11-23"),
        ("datetime", "2026-11-23T10:00", "2026-11-23T10:00:00"),
        ("employee", "sales", "sales"),
        ("file", FILES[0], FILE),
        ("file", {"id": FILES[0], "name": "forged"}, FILE),
        ("files", FILES[0], [FILE]),
        ("files", [FILES[0], FILES[0]], [FILE, FILE]),
        ("choice", "red", "red"),
    ],
)
def test_values_are_kept_in_one_form(name: str, value: JsonValue, kept: JsonValue) -> None:
    desk = Desk(card()).open(fields={name: value})
    assert desk.deal.fields == {name: kept}
    assert desk.do(cmd.Fill(fields={name: value})) == [], "the same value is no change"
    desk.do(cmd.Fill(fields={name: None}))
    assert desk.deal.fields == {}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("text", True, "invalid_value"),
        ("text", ["x"], "invalid_value"),
        ("text", "x" * 20_001, "invalid_value"),
        ("number", True, "invalid_value"),
        ("number", "many", "invalid_value"),
        ("number", "1e999", "invalid_value"),
        ("number", "nan", "invalid_value"),
        ("number", {}, "invalid_value"),
        ("money", -1, "invalid_value"),
        ("money", "sNaN", "invalid_value"),
        ("money", "1e99999999999999999999", "invalid_value"),
        ("money", 10**15, "invalid_value"),
        ("bool", 1, "invalid_value"),
        ("bool", "yes", "invalid_value"),
        ("date", "23.11.2026", "invalid_value"),
        ("date", 5, "invalid_value"),
        ("datetime", "soon", "invalid_value"),
        ("employee", "former", "unknown_employee"),
        ("employee", ["sales"], "unknown_employee"),
        ("file", "nothing.pdf", "unknown_file"),
        ("file", {"name": "x"}, "unknown_file"),
        ("files", [[]], "unknown_file"),
        ("choice", "green", "invalid_value"),
        ("choice", ["red"], "invalid_value"),
        ("choice", {"red": 1}, "invalid_value"),
        ("nothing", 1, "unknown_field"),
    ],
)
def test_impossible_values_are_refused_and_change_nothing(name: str, value: JsonValue, code: str) -> None:
    desk = Desk(card()).open()
    refusal = desk.refused(cmd.Fill(fields={"date": "2026-11-23", name: value}, title="new"))
    assert refusal.code == code
    opening = cmd.Open(pipeline="test.small", responsible="sales", fields={name: value})
    decision = Desk(card()).decide(opening)
    assert decision.deal is None
    assert decision.refusal is not None
    assert decision.refusal.code == code


def test_the_head_of_the_card() -> None:
    desk = Desk(card()).open(amount=Decimal("10.5"))
    events = desk.do(cmd.Fill(title="Кружки", amount=Decimal("10.5"), responsible="boris"))
    assert types(events) == ["changed"]
    assert events[0] == ev.Changed(title="Кружки", responsible="boris")
    assert told(events) == ["boris"]
    assert (desk.deal.title, desk.deal.responsible, desk.deal.amount) == ("Кружки", "boris", Decimal("10.50"))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"responsible": "former"}, "unknown_employee"),
        ({"company": "nobody"}, "unknown_company"),
        ({"amount": -1}, "invalid_value"),
        ({"amount": 10**15}, "invalid_value"),
    ],
)
def test_an_impossible_head(given: dict[str, object], code: str) -> None:
    desk = Desk(card()).open()
    assert desk.refused(cmd.Fill.model_validate({"title": "new", **given})).code == code
    opening = {"pipeline": "test.small", "responsible": "sales", **given}
    assert Desk(card()).decide(cmd.Open.model_validate(opening)).deal is None


def test_company_fields_need_a_company() -> None:
    desk = Desk(card()).open()
    refusal = desk.refused(cmd.Fill(company_fields={"inn": "77"}, fields={"text": "x"}))
    assert (refusal.code, refusal.missing) == ("unknown_company", ("company",))
    assert types(desk.do(cmd.Fill(company="romashka", company_fields={"inn": "77"}))) == [
        "changed",
        "company_set",
    ]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (cmd.Comment(text="  "), "invalid_value"),
        (cmd.Comment(text="x", files=("nothing.pdf",)), "unknown_file"),
    ],
)
def test_an_empty_comment(command: cmd.Command, code: str) -> None:
    assert Desk(card()).open().refused(command).code == code
