"""The organisation's own requisites as its people fill them in: what is wrong, and what an invoice still lacks."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from domain.base import Strict, Text
from domain.documents.requisites import requisites_from, seller_problems

_SIDE = "seller."


class RequisitesProblem(Strict):
    """One field and what is the matter with it. `wrong`: what stands there is; else it is empty and needed."""

    field: str
    wrong: bool
    message: Text


def requisites_problems(name: str, fields: Mapping[str, JsonValue]) -> list[RequisitesProblem]:
    """All of them, field by field; empty where invoices can be issued."""
    own = requisites_from(name, fields)
    return [
        RequisitesProblem(field=field, wrong=bool(getattr(own, field)), message=found.message)
        for found in seller_problems(own)
        for field in [found.field.removeprefix(_SIDE)]
    ]
