"""What goes to and comes from 1C, in the product's own words. Money and quantities are Decimal (JSON: texts)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from domain.base import Lasting

Key = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,100}$")]  # printable ASCII, fits a requisite of 100
TaskStatus = Literal["open", "done", "cancelled"]


class Item(Lasting):
    """An item of the nomenclature. `vat` is percent ("20"), `20/120`, `none`, or None where 1C has no rate."""

    ref: str
    code: str
    title: str
    unit: str = ""
    price: Decimal | None = None
    vat: str | None = None


class Line(Lasting):
    """A line of an offer, in its order. `price` is for one unit, in the document's currency."""

    code: str
    title: str
    quantity: Decimal
    unit: str
    price: Decimal
    vat: str | None


class Content(Lasting):
    """An attached file with its bytes."""

    ref: str
    name: str
    version: str
    content: bytes = Field(repr=False)


class Offer(Lasting):
    """An offer as 1C has it now; `version` changes with every change of the document."""

    ref: str
    number: str
    date: datetime | None
    amount: Decimal | None
    version: str
    lines: tuple[Line, ...]
    file: Content | None = None


class TaskWish(Lasting):
    """The task to have in 1C. `key` is ours and never changes; `assignee` is an employee id of the product."""

    key: Key
    title: str = Field(min_length=1)
    description: str = ""
    deadline: AwareDatetime | None = None
    deal: str = Field(default="", max_length=100)
    assignee: str | None = None


class TaskState(Lasting):
    """The task as 1C has it. `version` changes with every change there."""

    key: str
    ref: str
    number: str
    status: TaskStatus
    done_at: datetime | None
    result: str
    version: str


class Changes(Lasting):
    """Tasks that changed since the versions given, and keys that 1C does not know (any more)."""

    changed: tuple[TaskState, ...]
    missing: tuple[str, ...]
