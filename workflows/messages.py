"""Messages from outside, made commands; and refusals, made failures that callers understand."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from domain.command_json import read_command
    from domain.commands import Command

OPERATOR = "operator"  # who acts when a message names nobody: someone with access to Temporal itself


def read_message(name: str, message: Any) -> tuple[Command, str]:
    """The command and its actor. `message` holds the command's fields, and `by` and `id` where known.

    Raises ApplicationError `invalid_command` that says which fields are wrong.
    """
    if not isinstance(message, dict):
        raise ApplicationError(
            f"`{name}` takes a JSON object with the command's fields",
            type="invalid_command",
            non_retryable=True,
        )
    fields = {key: value for key, value in message.items() if key not in ("by", "id", "type")}
    try:
        return read_command({"type": name, **fields}), str(message.get("by") or OPERATOR)
    except ValidationError as error:
        wrong = "; ".join(f"{_place(part['loc'])}: {part['msg']}" for part in error.errors(include_url=False))
        raise ApplicationError(f"`{name}`: {wrong}", type="invalid_command", non_retryable=True) from None
    except ValueError as error:
        raise ApplicationError(f"`{name}`: {error}", type="invalid_command", non_retryable=True) from None


def _place(parts: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in parts[1:]) or "the message"


def refused(refusal: dict[str, Any]) -> ApplicationError:
    """A refusal as the failure of an update: its code is the type, the whole refusal the detail."""
    sentence = refusal["message"]["en"]
    return ApplicationError(sentence, refusal, type=refusal["code"], non_retryable=True)


def unavailable(error: ActivityError) -> ApplicationError:
    """The failure of an update whose decision could not be recorded."""
    return ApplicationError(
        "the decision could not be recorded; send the same again, it will not be done twice",
        type="unavailable",
        non_retryable=True,
    )
