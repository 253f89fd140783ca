"""Timeouts, retries and names of the deal's workflow, each with its reason."""

from __future__ import annotations

from datetime import timedelta

from temporalio.common import RetryPolicy, SearchAttributeKey

DEAL = "Deal"
APPROVAL = "Approval"
HISTORY_THRESHOLD = 400  # events; replay costs about 1 ms an event, so a cache miss stays under half a second
WORKFLOW_TASK_TIMEOUT = timedelta(seconds=5)  # after a killed worker the deal goes on this much later
STICKY_TIMEOUT = timedelta(seconds=2)  # and a task for a vanished worker waits no longer than this

# A decision is one short transaction. While PostgreSQL is away an update is refused after a few seconds.
DECISION_TIMEOUT = timedelta(seconds=3)
DECISION_TOTAL = timedelta(seconds=6)
FINAL_ERRORS = ("unknown_deal", "unknown_approval")  # trying again would not help
DECISION_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=100),
    backoff_coefficient=3,
    maximum_interval=timedelta(seconds=1),
    non_retryable_error_types=FINAL_ERRORS,
)
# What nobody waits for (timers, signals) is tried again later and later, to keep history small.
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
FAULTY_TRIES = 3  # of a signal, or an effect's result, that a fault in the program keeps from being done

EFFECT_ATTEMPT = timedelta(seconds=30)
EFFECT_TOTAL = timedelta(
    days=7
)  # mail or 1C may be away for days, and the card says so; then a person has to look
EFFECT_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=2), backoff_coefficient=2, maximum_interval=timedelta(minutes=10)
)

PIPELINE = SearchAttributeKey.for_keyword("Pipeline")
STAGE = SearchAttributeKey.for_keyword("Stage")
STATUS = SearchAttributeKey.for_keyword("DealStatus")
RESPONSIBLE = SearchAttributeKey.for_keyword("Responsible")
COMPANY = SearchAttributeKey.for_keyword("Company")
STAGE_DEADLINE = SearchAttributeKey.for_datetime("StageDeadline")
KEYWORDS = (PIPELINE, STAGE, STATUS, RESPONSIBLE, COMPANY)


def workflow_id(deal: str) -> str:
    """The id of a deal's workflow."""
    return f"deal-{deal}"


def approval_workflow_id(approval: str) -> str:
    """The id of an approval's workflow."""
    return f"approval-{approval}"
