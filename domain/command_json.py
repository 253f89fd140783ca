"""Commands as JSON, for the wire and the ledger."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from domain.approval import commands as approval
from domain.commands import COMMAND, Command

AnyCommand = Command | approval.Command


def write_command(command: AnyCommand) -> dict[str, Any]:
    """The command as small JSON: its type and what differs from the defaults."""
    return {**command.model_dump(mode="json", exclude_defaults=True), "type": command.type}


def read_command(data: dict[str, Any]) -> Command:
    """The command that the JSON says. Raises ValueError (pydantic.ValidationError is one)."""
    _check_texts(data)
    return COMMAND.validate_python(data)


def read_approval_command(data: dict[str, Any]) -> approval.Command:
    """The command to an approval that the JSON says. Raises ValueError."""
    _check_texts(data)
    return approval.COMMAND.validate_python(data)


def _check_texts(data: dict[str, Any]) -> None:
    if not all(_can_be_stored(text) for text in _texts(data)):
        raise ValueError("a text holds a zero byte or half a character, which no database can keep")


def storable(data: Any) -> bool:
    """Whether PostgreSQL can keep every text in the JSON."""
    return all(_can_be_stored(text) for text in _texts(data))


def _can_be_stored(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def fingerprint(command: AnyCommand) -> str:
    """What tells a repeat from another command under the same id: 16 hex digits."""
    canonical = json.dumps(write_command(command), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def files_named(command: Command) -> list[str]:
    """Ids of stored files that the command mentions, anywhere in its values."""
    return [text for text in _texts(command.model_dump(include={"fields", "files"})) if _is_id(text)]


def _is_id(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = (
        [*value, *value.values()]
        if isinstance(value, dict)
        else value
        if isinstance(value, list | tuple)
        else ()
    )
    return [text for part in parts for text in _texts(part)]
