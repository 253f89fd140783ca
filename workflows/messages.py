"""Messages from outside, made commands; and refusals, made failures that callers understand."""

from __future__ import annotations

import json
from typing import Any, TypeGuard

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from domain.command_json import read_command
    from domain.commands import PUBLIC, Command

NAMES = ("open", *PUBLIC, "child_done")  # what may come from outside; the rest is the workflow's own
OPERATOR = "operator"  # who acts when a message names nobody: someone with access to Temporal itself


def read_message(name: str, message: Any) -> tuple[Command, str]:
    """The command and its actor. `message` holds the command's fields, and `by` and `id` where known.

    Raises the refusal `invalid_value` that says which fields are wrong.
    """
    if name not in NAMES:
        raise _unreadable("there is no such command")
    if not isinstance(message, dict):
        raise _unreadable(f"`{name}` takes a JSON object with the command's fields")
    by = message.get("by") or OPERATOR
    if not is_name(by):
        raise _unreadable("by: not the id of an employee")
    fields = {key: value for key, value in message.items() if key not in ("by", "id", "type")}
    try:
        json.dumps(fields, allow_nan=False)  # Python reads NaN and Infinity from JSON; PostgreSQL does not
        return read_command({"type": name, **fields}), by
    except ValidationError as error:
        wrong = "; ".join(f"{_place(part['loc'])}: {part['msg']}" for part in error.errors(include_url=False))
        raise _unreadable(f"`{name}`: {wrong}") from None
    except ValueError as error:
        raise _unreadable(f"`{name}`: {error}") from None


def is_name(value: Any) -> TypeGuard[str]:
    """Whether it will do as an id: a text that can be kept, and is not too long."""
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def _unreadable(reason: str) -> ApplicationError:
    reason = reason[:500]
    message = {"ru": f"Сообщение не разобрать: {reason}", "en": f"Not readable: {reason}"}
    return refused({"code": "invalid_value", "message": message})


def _place(parts: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in parts[1:]) or "the message"


def refused(refusal: dict[str, Any]) -> ApplicationError:
    """A refusal as the failure of an update: its code is the type, the whole refusal the detail."""
    sentence = refusal["message"]["en"]
    return ApplicationError(sentence, refusal, type=refusal["code"], non_retryable=True)


def unavailable() -> ApplicationError:
    """The failure of an update whose decision could not be recorded."""
    return ApplicationError(
        "the decision could not be recorded; send the same again, it will not be done twice",
        type="unavailable",
        non_retryable=True,
    )
