"""Rules: exactly one action each, and everything the action names exists and fits."""

from __future__ import annotations

from domain.definition import ACTIONS
from domain.durations import Duration
from domain.linting.approvals import check_approve
from domain.linting.calls import check_call
from domain.linting.conditions import check_condition
from domain.linting.context import CARD, Lint, RuleAt
from domain.linting.documents import check_document
from domain.linting.fields import misfit, misfit_of_type, shown
from domain.linting.involving import check_control_payments, check_pull, check_send
from domain.linting.tasks import (
    DATED,
    READ_LATER,
    check_again,
    check_comment_task,
    check_open_without,
    check_rule_dates,
    check_task_parts,
)
from domain.problems import Node, suggest

CONTACT_PARTS = ("name", "phone", "email")
_BOOLS = {"rule": ("working",), "task": ("time_tracking", "finish_on_forward"), "open": ("wait",)}


def check_rules(check: Lint) -> None:
    """Reports what is wrong with the rules, apart from where they move the deal."""
    for rule in check.names.rules:
        _check_one_action(check, rule.node)
        _check_bools(check, rule.node, "rule")
        check_condition(check, rule.node.get("when"))
        _check_timing(check, rule.node)
        for action, judge in _JUDGES.items():
            node = rule.node.get(action)
            if node:
                judge(check, node, rule)
    for kind, made, keys in (
        ("task", check.names.tasks, READ_LATER),
        ("assignment", check.names.assignments, ("options",)),
        ("call", check.names.calls, ("attempts", "at")),
        ("approval", check.names.approvals, ("title",)),
    ):
        for name, nodes in made.items():
            _check_alike(check, kind, name, nodes, keys)
    _check_opened_alike(check)


def _check_one_action(check: Lint, rule: Node) -> None:
    if not isinstance(rule.value, dict):
        return
    given = [name for name in ACTIONS if name in rule.value]
    choice = ", ".join(f"`{name}`" for name in ACTIONS)
    if not given:
        check.report.error(rule, "one_action", f"This rule does nothing. Give it one of {choice}.")
    elif len(given) > 1:
        listed = " and ".join(f"`{name}`" for name in given)
        check.report.error(rule, "one_action", f"This rule does {listed}. Write one rule for each.")


def _check_bools(check: Lint, node: Node, kind: str) -> None:
    """pydantic would take «yes» and 1 as well, which elsewhere in the file are a text and a number."""
    for key in _BOOLS[kind]:
        found = node.get(key)
        if found and not isinstance(found.value, bool):
            check.report.error(found, "wrong_type", f"`{key}` takes `true` or `false`. It is {shown(found)}.")


def _check_timing(check: Lint, rule: Node) -> None:
    check_rule_dates(check, rule)
    if rule.get("after") or rule.get("every"):
        return
    leave, working = rule.get("on_leave"), rule.get("working")
    if working and working.value is True:
        message = (
            "`working` puts off a delayed rule until working time; this one is not delayed. Add `after`."
        )
        check.report.key_error(working, "misplaced_key", message)
    if leave and leave.value == "keep" and not rule.get("at"):
        message = (
            "`on_leave: keep` lets a delayed rule outlive its stage; this one is not delayed. Add `after`."
        )
        check.report.key_error(leave, "misplaced_key", message)


def _check_task(check: Lint, task: Node, rule: RuleAt) -> None:
    _check_bools(check, task, "task")
    for key in ("assignee", "creator", "co_executors", "observers"):
        check.recipients(task, key)
    for key in ("report_finish_to", "report_results_to"):
        check.recipients(task, key, extra=("assignee",))
    _check_remind(check, task)
    check_task_parts(check, task)
    seen: set[str] = set()
    for outcome, node in task.texts("outcomes"):
        if outcome in seen:
            check.report.error(
                node, "duplicate_key", f"The outcome `{outcome}` stands here twice. Delete one."
            )
        seen.add(outcome)


def _check_remind(check: Lint, owner: Node) -> None:
    remind = owner.get("remind")
    if remind:
        check.recipients(remind, "to", extra=("assignee",))


def _check_assign(check: Lint, assign: Node, rule: RuleAt) -> None:
    check.recipients(assign, "assignee")
    _check_remind(check, assign)
    options = assign.get("options")
    if options and isinstance(options.value, dict) and not options.value:
        message = "An assignment without options cannot be answered. Add `options: {done: {ru: …, en: …}}`."
        check.report.error(options, "missing_options", message)


def _check_notify(check: Lint, notify: Node, rule: RuleAt) -> None:
    check.recipients(notify, "to")


def _check_set(check: Lint, node: Node, rule: RuleAt) -> None:
    if isinstance(node.value, dict) and not node.value:
        check.report.error(node, "one_action", "This rule sets nothing. Write `set: {field: value}`.")
    for name, value in node.items():
        if name in check.names.fields:
            check.used.add(name)
            dated = rule.handles == "assignment" and check.names.type_of(name) in ("date", "datetime")
            complaint = None if dated and value.value == "answer" else _misfit_to_set(check, name, value)
        elif name == "contact":
            complaint = _misfit_contact(check, value)
        elif name in CARD and name != "amount":
            message = (
                "Rules set fields, `amount`, `contact`, `company.ATTRIBUTE` and `contact.ATTRIBUTE`; "
                f"they cannot set `{name}`."
            )
            check.report.key_error(value, "unknown_field", message)
            continue
        elif name == "amount":
            complaint = misfit_of_type("money", value.value)
        else:
            at_key = Node(value.path, value.key_place, value.key_place, None)
            check.card_field(name, at_key, extra=("amount",))
            complaint = "must be one value." if isinstance(value.value, dict | list) else None
        if complaint:
            check.report.error(value, "wrong_value", f"`{name}`: {shown(value)} {complaint}")


def _misfit_contact(check: Lint, value: Node) -> str | None:
    """`{name: contact_name, phone: contact_phone}`: what the contact is made of."""
    parts = value.items()
    if not parts or any(part not in CONTACT_PARTS for part, _ in parts):
        return "takes text fields for `name`, `phone` and `email`: `{name: contact_name}`."
    for part, field in parts:
        check.field(str(field.value), field, ("text",), f"`{part}` of the contact")
    return None


def _misfit_to_set(check: Lint, name: str, value: Node) -> str | None:
    if check.names.type_of(name) in ("file", "files"):
        return (
            None if value.value is None else "cannot be a file: rules can only empty file fields, by `null`."
        )
    if check.names.type_of(name) in ("payment_plan", "lines") and value.value is not None:
        what = "a payment plan" if check.names.type_of(name) == "payment_plan" else "lines"
        return f"cannot be set: people write {what}; rules can only empty it, by `null`."
    if isinstance(value.value, dict) and check.names.type_of(name) in DATED:
        return _misfit_later(value)
    if isinstance(value.value, dict | list):
        return "must be one value."
    return None if value.value is None else misfit(check, name, value.value)


def _misfit_later(value: Node) -> str | None:
    """`{after: 2wd}`: a day or moment so far from now."""
    try:
        Duration.parse(value.text("after"))
    except ValueError:
        return "must be a date, or so far from now: `{after: 2wd}`."
    return None if len(value.items()) == 1 else "takes nothing besides `after`."


def _check_make_company(check: Lint, node: Node, rule: RuleAt) -> None:
    if isinstance(node.value, str):
        check.field(node.value, node, ("text",), "`make_company`")


def _check_open(check: Lint, node: Node, rule: RuleAt) -> None:
    _check_bools(check, node, "open")
    check_open_without(check, node)
    target, name = node.get("pipeline"), node.text("pipeline")
    known = check.around.pipelines
    if target and name and known is not None and name not in known:
        check.report.error(
            target, "unknown_pipeline", f"There is no pipeline `{name}`. {suggest(name, sorted(known))}"
        )
    wait = node.get("wait")
    if wait is None or wait.value is False:
        for key in ("on_won", "on_lost"):
            handlers = node.get(key)
            if handlers:
                message = (
                    f"`{key}` acts when the opened deal ends; this one is not waited for. Add `wait: true`."
                )
                check.report.key_error(handlers, "misplaced_key", message)


def _check_alike(check: Lint, kind: str, name: str, nodes: list[Node], keys: tuple[str, ...]) -> None:
    """A key may stand in several rules for the same work: conditions and handlers speak of the key alone."""
    for node in nodes[1:]:
        differing = [key for key in keys if _plain(nodes[0].get(key)) != _plain(node.get(key))]
        found = node.get("id")
        if differing and found:
            line = nodes[0].place.line
            message = (
                f"The {kind} `{name}` is also made in line {line}, with another `{differing[0]}`. "
                "Make them alike, or give one another id."
            )
            check.report.error(found, "conflicting_id", message)


def _check_opened_alike(check: Lint) -> None:
    first: dict[str, tuple[str, int]] = {}
    for rule in check.names.rules:
        opened = rule.node.get("open")
        name, pipeline = (opened.text("id"), opened.text("pipeline")) if opened else (None, None)
        found = opened.get("id") if opened else None
        if not opened or not name or not pipeline or not found:
            continue
        known, line = first.setdefault(name, (pipeline, found.place.line))
        if known != pipeline:
            message = (
                f"`{name}` already opens `{known}` (line {line}). An id opens one deal, once: rename it."
            )
            check.report.error(found, "conflicting_id", message)


def _plain(node: Node | None) -> object:
    return node.data() if node else None


_JUDGES = {
    "task": _check_task,
    "assign": _check_assign,
    "notify": _check_notify,
    "set": _check_set,
    "open": _check_open,
    "call": check_call,
    "approve": check_approve,
    "make_company": _check_make_company,
    "again": check_again,
    "comment_task": check_comment_task,
    "send": check_send,
    "control_payments": check_control_payments,
    "pull": check_pull,
    "document": check_document,
}
