"""How scenario files spell moments, deadlines, lists of names, and the names they give."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue

from domain.base import Strict
from domain.durations import Duration


def _local(value: object) -> object:
    """`2026-11-23T10:00`: minutes, because the same story must fall on the same moments on every engine."""
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", value):
        return dt.datetime.fromisoformat(value)
    raise ValueError(f"{value!r} is not a local date and time such as 2026-11-23T10:00")


def _deadline(value: object) -> object:
    if isinstance(value, str) and value[:4].isdigit() and "-" in value:
        return _local(value)
    return Duration.parse(value)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Local = Annotated[dt.datetime, BeforeValidator(_local)]
Deadline = Annotated[dt.datetime | Duration, BeforeValidator(_deadline)]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Fields = dict[str, JsonValue]


class Named(Strict):
    """Base of what may be named by `as`."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    as_: str | None = Field(default=None, alias="as")
