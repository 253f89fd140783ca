"""The public form of a pipeline: which fields strangers may fill, and who gets the deal."""

from __future__ import annotations

from pydantic import Field

from domain.base import Strict, Text
from domain.recipients import Recipient


class Intake(Strict):
    """`required` are asked for; `responsible` is a role, whose least busy person gets the deal."""

    fields: tuple[str, ...] = Field(min_length=1)
    required: tuple[str, ...] = ()
    responsible: Recipient
    title: Text | None = None
    consent: bool = True
