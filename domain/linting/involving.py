"""Claims, work requests, processes, messages and payment plans: what they name exists and fits."""

from __future__ import annotations

from domain import placeholders
from domain.decide.pulling import FILE, ITEMS
from domain.linting.conditions import check_condition
from domain.linting.context import Lint, RuleAt
from domain.linting.fields import FILES
from domain.problems import Node, suggest


def check_involving(check: Lint) -> None:
    """Reports what is wrong with what the pipeline offers besides its rules."""
    for name, stage in check.names.stages.items():
        _check_claim(check, name, stage)
        for field, when in stage.entries("exit_when"):
            check.card_field(field, Node(when.path, when.key_place, when.key_place, None))
            check_condition(check, when)
        check_messages(check, stage)
    check_messages(check, check.root)
    for request in check.names.requests.values():
        check.recipients(request, "assignee")
    for _, process in check.root.entries("processes"):
        _check_pipeline(check, process)


def _check_claim(check: Lint, name: str, stage: Node) -> None:
    claim = stage.get("claim")
    if claim is None:
        return
    for key in ("by", "unanswered"):
        check.recipients(claim, key)
    if check.names.kind(name) != "open":
        message = f"`{name}` closes the deal, and nobody claims a closed deal. Delete `claim`."
        check.report.key_error(claim, "misplaced_key", message)
    node = claim.get("to")
    to = check.stage(node)
    if node and to == name:
        message = f"The deal already stands in `{to}`. Name the stage of claimed deals."
        check.report.error(node, "impossible_move", message)
    elif node and to and check.names.kind(to) != "open":
        message = f"A claimed deal is work to be done, but `{to}` closes it. Name an open stage."
        check.report.error(node, "impossible_move", message)


def check_messages(check: Lint, owner: Node) -> None:
    """The messages of a stage, or of the whole pipeline."""
    for _, message in owner.entries("messages"):
        check.recipients(message, "to", extra=("client",))
        for name, node in message.texts("attach"):
            check.field(name, node, FILES, "`attach`")
        for key in ("subject", "text"):
            text = message.get(key)
            for _, said in text.items() if text else ():
                _check_placeholders(check, said)


def _check_placeholders(check: Lint, node: Node) -> None:
    for name in placeholders.unknown(node.value) if isinstance(node.value, str) else ():
        known = ", ".join(f"`{{{one}}}`" for one in placeholders.NAMES)
        message = f"Messages know no `{{{name}}}`. They know {known}."
        check.report.error(node, "unknown_placeholder", message)


def _check_pipeline(check: Lint, process: Node) -> None:
    node, name, known = process.get("pipeline"), process.text("pipeline"), check.around.pipelines
    if node and name and known is not None and name not in known:
        message = f"There is no pipeline `{name}`. {suggest(name, sorted(known))}"
        check.report.error(node, "unknown_pipeline", message)


def check_send(check: Lint, node: Node, rule: RuleAt) -> None:
    """`send` names a message of the rule's stage or of the pipeline."""
    owners = (check.names.stages[rule.stage], check.root)
    known = [name for owner in owners for name, _ in owner.entries("messages")]
    if isinstance(node.value, str) and node.value not in known:
        message = f"There is no message `{node.value}` in `{rule.stage}` or in the pipeline. "
        check.report.error(node, "unknown_message", message + suggest(node.value, known))


def check_control_payments(check: Lint, node: Node, rule: RuleAt) -> None:
    """`control_payments` names a payment plan."""
    if isinstance(node.value, str):
        check.field(node.value, node, ("payment_plan",), "`control_payments`")


def check_pull(check: Lint, node: Node, rule: RuleAt) -> None:
    """What is pulled needs fields to land in; at least one of them."""
    wanted = {ITEMS: "text", FILE: "file"}
    found = [name for name, kind in wanted.items() if check.names.type_of(name) == kind]
    check.used.update(found)
    if not found:
        message = (
            f"An offer lands in the fields `{ITEMS}` (text) and `{FILE}` (file), and there is none of them."
        )
        check.report.error(node, "unknown_field", message)
