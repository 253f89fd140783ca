"""What the text of a message may name: a fixed list, filled in as plain words. Nothing is ever evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAMES = (
    "deal",
    "stage",
    "company",
    "manager.name",
    "manager.position",
    "manager.phone",
    "manager.email",
)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every `{name}` that has a value replaced, in one pass: values are never read again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def unknown(text: str) -> list[str]:
    """What stands in braces and is none of NAMES."""
    return [name for name in _PLACEHOLDER.findall(text) if name not in NAMES]
