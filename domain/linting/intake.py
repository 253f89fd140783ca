"""The public form, and the search for clients who are known already."""

from __future__ import annotations

from domain.intake import CONTACT
from domain.linting.context import Lint

_FORM = ("text", "number", "money", "bool", "date", "choice")  # what a stranger may fill
_DUPLICATE = "duplicate"


def check_intake(check: Lint) -> None:
    """`intake` and `duplicates` of the pipeline."""
    _check_duplicates(check)
    intake = check.root.get("intake")
    if intake is None:
        return
    offered = set()
    for name, node in intake.texts("fields"):
        offered.add(name)
        if name not in CONTACT:
            check.field(name, node, _FORM, "A public form")
    for name, node in intake.texts("required"):
        if name not in offered:
            message = f"The form requires `{name}` and does not offer it. Name it in `fields` too."
            check.report.error(node, "unknown_field", message)
    for name, node in intake.entries("titles"):
        if name not in offered:
            message = f"The form has words for `{name}` and does not offer it. Name it in `fields` too."
            check.report.key_error(node, "unknown_field", message)
    check.recipients(intake, "responsible")
    who, place = intake.text("responsible"), intake.get("responsible")
    if who and place and not who.startswith("role:"):
        message = "Nobody is signed in at a public form: name a role, such as `responsible: role:sales`."
        check.report.error(place, "bad_recipient", message)


def _check_duplicates(check: Lint) -> None:
    node = check.root.get("duplicates")
    if node is None or node.value is not True:
        return
    if _DUPLICATE not in check.names.stages or check.names.kind(_DUPLICATE) != "lost":
        message = "A merged deal ends in the lost stage `duplicate`. Add it: `kind: lost`, `is_reason: true`."
        check.report.key_error(node, "unknown_stage", message)
