"""Durations: what is accepted, what is refused and how, and that models give back what they were given."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from domain.durations import Duration, Unit


class Rule(BaseModel):
    after: Duration
    every: Duration | None = None


@pytest.mark.parametrize(
    ("text", "amount", "unit", "working", "span"),
    [
        ("15m", 15, Unit.MINUTES, False, dt.timedelta(minutes=15)),
        ("1h", 1, Unit.HOURS, False, dt.timedelta(hours=1)),
        ("60d", 60, Unit.DAYS, False, dt.timedelta(days=60)),
        ("2w", 2, Unit.WEEKS, False, dt.timedelta(days=14)),
        ("30wm", 30, Unit.WORKING_MINUTES, True, dt.timedelta(minutes=30)),
        ("4wh", 4, Unit.WORKING_HOURS, True, dt.timedelta(hours=4)),
        ("2wd", 2, Unit.WORKING_DAYS, True, dt.timedelta(days=2)),
    ],
)
def test_parses_every_unit(text: str, amount: int, unit: Unit, working: bool, span: dt.timedelta) -> None:
    duration = Duration.parse(text)
    assert (duration.amount, duration.unit, duration.is_working, duration.span) == (
        amount,
        unit,
        working,
        span,
    )
    assert str(duration) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "h",
        "0h",
        "00d",
        "-1d",
        "+1d",
        "1.5h",
        "1 h",
        " 1h",
        "1h\n",
        "01h",
        "1H",
        "1y",
        "1hw",
        "1h30m",
        "P1D",
        "٣d",
        "1_0d",
        "9999999999d",
    ],
)
def test_refuses_other_text_and_names_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration\. A duration is .*15m .*2wd \(working days\)"):
        Duration.parse(text)


@pytest.mark.parametrize("value", [5, 1.0, True, None, ["1h"], {"h": 1}, dt.timedelta(hours=1)])
def test_refuses_what_is_not_text(value: object) -> None:
    with pytest.raises(ValidationError, match="is not a duration"):
        Rule.model_validate({"after": value})


@pytest.mark.parametrize("longest", ["5256000m", "87600h", "3650d", "520w", "1248000wm", "20800wh", "2600wd"])
def test_ten_years_is_the_limit(longest: str) -> None:
    duration = Duration.parse(longest)
    with pytest.raises(ValueError, match=f"longer than ten years; at most {longest}"):
        Duration.parse(f"{duration.amount + 1}{duration.unit.value}")


def test_code_cannot_make_an_impossible_duration() -> None:
    with pytest.raises(ValueError, match="cannot be 0"):
        Duration(0, Unit.DAYS)
    with pytest.raises(ValueError, match="ten years"):
        Duration(521, Unit.WEEKS)


def test_keeps_the_spelling() -> None:
    assert Duration.parse("60m") != Duration.parse("1h")
    assert Duration.parse("60m") == Duration.parse("60m")
    assert len({Duration.parse("1h"), Duration.parse("1h")}) == 1


@given(st.integers(1, 500), st.sampled_from(Unit))
def test_models_give_back_what_they_read(amount: int, unit: Unit) -> None:
    text = f"{amount}{unit.value}"
    rule = Rule.model_validate({"after": text})
    assert rule.after == Duration(amount, unit)
    assert rule.model_dump() == {"after": text, "every": None}
    assert Rule.model_validate_json(rule.model_dump_json()) == rule
    assert Rule(after=rule.after, every=rule.after).every == rule.after


def test_json_schema_is_a_string() -> None:
    schema = Rule.model_json_schema()["properties"]["after"]
    assert schema["type"] == "string"
    assert schema["pattern"].startswith("^")
