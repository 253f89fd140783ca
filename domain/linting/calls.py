"""Calls and words from outside: what the handlers name exists, attempts lead to stages, dates are dates."""

from __future__ import annotations

from domain.linting.context import Lint, RuleAt
from domain.problems import Node, suggest

OUTCOMES = ("reached", "no_answer")
EVENTS = (
    "call.incoming",
    "call.missed",
    "mail.incoming",
    "payment.received",
    "onec.task_done",
    "company.changed",
    "review.received",
)


def check_call(check: Lint, call: Node, rule: RuleAt) -> None:
    """One rule's call."""
    check.recipients(call, "assignee")
    node, name = call.get("at"), call.text("at")
    if node and name and not (name == "answer" and rule.handles == "assignment"):
        check.field(name, node, ("date", "datetime"), "`at`")
    node, name = call.get("ask"), call.text("ask")
    if node and name and name not in check.names.assignments:
        message = f"No rule makes the assignment `{name}`. {suggest(name, check.names.assignments)}"
        check.report.error(node, "unknown_assignment", message)
    unlogged, attempts = call.get("unlogged"), call.get("attempts")
    if unlogged:
        check.recipients(unlogged, "tell")
    if attempts:
        check.stage(attempts.get("waiting"))
        check.stage(attempts.get("exhausted"))


def check_call_handlers(check: Lint, stage: Node) -> None:
    """`when_call` and `when_event` of a stage."""
    names = check.names
    for key, handlers in stage.entries("when_call"):
        if key not in names.calls:
            message = f"No rule plans the call `{key}`. {suggest(key, names.calls)}"
            check.report.key_error(handlers, "unknown_call", message)
            continue
        for outcome, rules in handlers.items():
            if outcome not in OUTCOMES:
                message = f"A call does not end as `{outcome}`. {suggest(outcome, OUTCOMES)}"
                check.report.key_error(rules, "unknown_outcome", message)
    events = stage.get("when_event")
    for event, rules in events.items() if events else ():
        if event not in EVENTS:
            message = f"Nothing sends the event `{event}`. {suggest(event, EVENTS)}"
            check.report.key_error(rules, "unknown_event", message)
