"""Recipients as definitions write them: people by what they are to the deal, not by name."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

Recipient = (
    str  # `responsible`, `head`, `creator`, `assignee`, `role:X`, `field:Y`, `client`, or an employee's id
)


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Recipients = Annotated[tuple[Recipient, ...], BeforeValidator(_as_list)]
