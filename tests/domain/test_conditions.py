"""Conditions: their spelling, their values, and that none of them ever raises."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from domain.conditions import OPERATORS, Test, holds, is_filled, parse_condition, paths

VALUES: dict[str, JsonValue] = {
    "amount": "500000.00",
    "n": 5,
    "text": "Россия, Москва",
    "code": "0123",
    "nan": "NaN",
    "list": ["a", "b"],
    "yes": True,
    "no": False,
    "date": "2026-11-23",
    "blank": "  ",
}


def check(condition: Any) -> bool:
    return holds(parse_condition(condition), VALUES.get)


@pytest.mark.parametrize(
    "condition",
    [
        {"n": 5},
        {"n": {"gt": 4, "le": 5}},
        {"amount": {"ge": 500000}},
        {"amount": 500000},
        {"amount": {"ne": 500001}},
        {"amount": {"in": [1, 500000.0]}},
        {"code": "0123"},
        {"code": {"ne": "123"}},
        {"text": {"contains": "россия"}},
        {"list": {"contains": "a"}},
        {"n": {"in": [4, 5]}},
        {"date": {"gt": "2026-11-22"}},
        {"yes": True},
        {"no": False},
        {"nothing": False},
        {"nothing": {"ne": True}},
        {"nothing": {"filled": False}},
        {"blank": {"filled": False}},
        {"no": {"filled": True}},
        {"all": [{"n": 5}, {"yes": True}]},
        {"any": [{"n": 6}, {"yes": True}]},
        {"not": {"n": 6}},
        {"n": 5, "yes": True},
    ],
)
def test_conditions_that_hold(condition: Any) -> None:
    assert check(condition)
    assert not check({"not": condition})


@pytest.mark.parametrize(
    "condition",
    [
        {"nothing": True},
        {"nothing": {"gt": 0}},
        {"nothing": {"lt": 0}},
        {"text": {"gt": 5}},
        {"nan": {"gt": 5}},
        {"nan": {"lt": 5}},
        {"yes": 1},
        {"n": {"in": [True]}},
        {"code": "123"},
        {"yes": {"ge": 1}},
        {"n": 5, "yes": False},
        {"blank": {"filled": True}},
    ],
)
def test_conditions_that_do_not_hold(condition: Any) -> None:
    assert not check(condition)


@pytest.mark.parametrize("condition", [{}, {"n": {}}, {"n": {"above": 5}}, {"all": []}, {"any": 5}, 5, None])
def test_what_is_no_condition(condition: Any) -> None:
    with pytest.raises(ValidationError):
        parse_condition(condition)


def test_paths_and_the_dump() -> None:
    condition = parse_condition({"a": 1, "any": [{"not": {"b.c": 2}}, {"d": {"gt": 1, "lt": 2}}]})
    assert list(paths(condition)) == ["a", "b.c", "d", "d"]
    assert parse_condition(condition.model_dump(mode="json", by_alias=True)) == condition


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        (0, True),
        (False, True),
        ("x", True),
        ([0], True),
        ({"a": 1}, True),
        (None, False),
        ("", False),
        (" ", False),
        ([], False),
        ({}, False),
    ],
)
def test_filled(value: JsonValue, filled: bool) -> None:
    assert is_filled(value) is filled


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["NaN", "inf", "1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)


@given(_JSON, _JSON, st.sampled_from(OPERATORS))
def test_no_comparison_raises(found: JsonValue, wanted: JsonValue, op: Any) -> None:
    test = Test(path="x", op=op, value=wanted)
    assert holds(test, lambda _: found) in (True, False)
