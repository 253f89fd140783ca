"""Messages from outside, made commands; and refusals, made failures that callers understand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from domain import commands as deal
    from domain import wire
    from domain.approval import commands as approval
    from domain.aside import Aside
    from domain.command_json import AnyCommand, read_approval_command, read_command

OPERATOR = "operator"  # who acts when a message names nobody: someone with access to Temporal itself


@dataclass(frozen=True)
class Vocabulary:
    """What a workflow understands from outside: what it begins with, what people ask, what others report."""

    first: str
    public: tuple[str, ...]
    reports: tuple[str, ...]
    read: Callable[[dict[str, Any]], AnyCommand]
    refusal: Callable[..., AnyCommand]
    aside: Callable[..., AnyCommand] | None = None  # sets a signal aside; None: it waits, and all after it

    @property
    def names(self) -> tuple[str, ...]:
        """Every name; other commands are the workflow's own."""
        return (self.first, *self.public, *self.reports)

    def refuse(self, name: str, refusal: dict[str, Any]) -> AnyCommand:
        """The command that puts on record that the message of this name was refused."""
        return self.refusal(command=name, code=refusal["code"], message=refusal["message"])


OF_DEALS = Vocabulary(
    "open", deal.PUBLIC, ("child_done", "approval_done"), read_command, deal.Refuse, deal.SetAside
)
OF_APPROVALS = Vocabulary("start", approval.PUBLIC, (), read_approval_command, approval.Refuse)


def set_aside(message: wire.Message, fault: str) -> Aside:
    """The signal as the deal keeps it; without what `read_message` does not look at."""
    body = {key: value for key, value in (message["body"] or {}).items() if key not in ("id", "type")}
    return Aside(id=message["id"], command=message["name"], body=body, cause=fault)


def read_message(words: Vocabulary, name: str, message: Any) -> tuple[AnyCommand, str]:
    """The command and its actor. `message` holds the command's fields, and `by` and `id` where known.

    Raises the refusal `invalid_value` that says which fields are wrong.
    """
    if name not in words.names:
        raise _unreadable("there is no such command")
    if not isinstance(message, dict):
        raise _unreadable(f"`{name}` takes a JSON object with the command's fields")
    by = message.get("by") or OPERATOR
    if not is_name(by):
        raise _unreadable("by: not the id of an employee")
    fields = {key: value for key, value in message.items() if key not in ("by", "id", "type")}
    try:
        json.dumps(fields, allow_nan=False)  # Python reads NaN and Infinity from JSON; PostgreSQL does not
        return words.read({"type": name, **fields}), by
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
