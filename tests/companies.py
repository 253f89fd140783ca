"""Companies for tests: each gets an INN that no other test has."""

from __future__ import annotations

import random

from domain.documents.requisites import inn_is_right


def new_inn() -> str:
    """Ten digits with a right check digit."""
    nine = f"{random.randrange(10**8, 10**9)}"
    return next(inn for digit in range(10) if inn_is_right(inn := f"{nine}{digit}"))
