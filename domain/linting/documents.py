"""Documents: their template, fields, stages and lines exist and fit, and rules name one that is there."""

from __future__ import annotations

from domain.documents.content import INVOICE
from domain.linting.context import Lint, RuleAt
from domain.linting.fields import FILES
from domain.problems import Node, suggest

_PRINTED = ("text", "number", "money", "date", "choice")


def check_documents(check: Lint) -> None:
    """Reports what is wrong with the pipeline's documents."""
    for _, document in check.root.entries("documents"):
        _check_template(check, document)
        node, name = document.get("field"), document.text("field")
        if node and name:
            check.field(name, node, FILES, "`field`")
        for _, node in document.texts("stages"):
            check.stage(node)
        for name, node in document.texts("needs"):
            check.card_field(name, node)
        _check_lines(check, document)
        _check_data(check, document)


def _check_template(check: Lint, document: Node) -> None:
    node, name, known = document.get("template"), document.text("template"), check.around.templates
    own = document.get("template_file")
    if own and name == INVOICE:
        message = (
            f"`{INVOICE}` is made as a PDF without a template of one's own. Give the template another name."
        )
        check.report.key_error(own, "misplaced_key", message)
    elif node and name and not own and known is not None and name not in (INVOICE, *known):
        message = f"There is no template `{name}`. {suggest(name, [INVOICE, *sorted(known)])}"
        check.report.error(node, "unknown_template", message)


def _check_lines(check: Lint, document: Node) -> None:
    node, name = document.get("lines"), document.text("lines")
    if node and name:
        check.field(name, node, ("lines",), "`lines`")
    if document.text("template") == INVOICE and not node and not document.get("line"):
        message = "An invoice has lines. Name the field that holds them (`lines`), or what the amount is for (`line`)."
        check.report.key_error(document, "missing_key", message)
    included = document.get("vat_included")
    if included and not isinstance(included.value, bool):
        check.report.error(included, "wrong_type", "`vat_included` takes `true` or `false`.")


def _check_data(check: Lint, document: Node) -> None:
    """What a template may print: fields that read as words or sums, and the amount."""
    data = document.get("data")
    for _, node in data.items() if data else ():
        name = node.value
        if not isinstance(name, str) or name == "amount":
            continue
        if name.startswith(("company.", "contact.")):
            check.card_field(name, node)
        else:
            check.field(name, node, _PRINTED, "`data`")


def check_document(check: Lint, node: Node, rule: RuleAt) -> None:
    """`document` names one of the pipeline's documents."""
    known = [name for name, _ in check.root.entries("documents")]
    if isinstance(node.value, str) and node.value not in known:
        message = f"There is no document `{node.value}`. {suggest(node.value, known)}"
        check.report.error(node, "unknown_document", message)
