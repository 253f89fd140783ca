"""Failures of calls to Temporal: those that pass by themselves, and what clients are told of the others."""

from __future__ import annotations

from pydantic import ValidationError
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from api.errors import RefusedError, UnavailableError
from domain.errors import Refusal

# Thrown back by the server although nothing is wrong with the command: the same id may simply go again.
_THROWN_BACK = "unexpected workflow task failure"
# The run closed or continued as new before it had answered, or is about to.
_RUN_ENDED = ("AcceptedUpdateCompletedWorkflow", "not_ready")
_AGAIN = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.ABORTED, RPCStatusCode.RESOURCE_EXHAUSTED)


def passes(error: RPCError | WorkflowUpdateFailedError) -> bool:
    """Whether the same call, with the same command id, may do next time."""
    if isinstance(error, WorkflowUpdateFailedError):
        return isinstance(error.cause, ApplicationError) and error.cause.type in _RUN_ENDED
    if error.status is RPCStatusCode.FAILED_PRECONDITION:
        return _THROWN_BACK in error.message
    return error.status in _AGAIN or error.status is RPCStatusCode.NOT_FOUND


def problem(error: RPCError | WorkflowUpdateFailedError) -> Exception:
    """The failure as an answer to the client; what nobody foresaw stays what it is, and becomes a 500."""
    if isinstance(error, RPCError):
        return UnavailableError(perhaps_done=error.status is not RPCStatusCode.RESOURCE_EXHAUSTED)
    cause = error.cause
    if not isinstance(cause, ApplicationError):
        return error
    if cause.type in ("unavailable", *_RUN_ENDED):
        return UnavailableError()
    try:
        return RefusedError(Refusal.model_validate(cause.details[0]))
    except (IndexError, ValidationError):
        return error
