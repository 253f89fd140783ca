"""What the text of a message may name: a fixed list, filled in as plain words. Nothing is ever evaluated.

Those of LATER are filled in when the message leaves, for a decision knows no keys and no addresses of servers.
"""

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
    "review_link",
)
LATER = ("review_link",)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every `{name}` that has a value replaced, in one pass: values are never read again."""
    return _PLACEHOLDER.sub(lambda found: _plain(values[found[1]]) if found[1] in values else found[0], text)


def _plain(value: str) -> str:
    """The value, without its braces where a name of LATER stands in some: what people typed is no placeholder then.

    All of them, for with the inner ones alone `{{name}}` would become `{name}`.
    """
    if not any(f"{{{name}}}" in value for name in LATER):
        return value
    return value.replace("{", "").replace("}", "")


def named(text: str) -> list[str]:
    """Which of NAMES the text names, in its order."""
    return [name for name in _PLACEHOLDER.findall(text) if name in NAMES]


def unknown(text: str) -> list[str]:
    """What stands in braces and is none of NAMES."""
    return [name for name in _PLACEHOLDER.findall(text) if name not in NAMES]
