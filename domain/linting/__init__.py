"""Judges a definition by its meaning: names that must exist, moves that must be possible, values that fit.

Works on the nodes of the file, not on the model: so everything wrong is found at once, and with its place.
"""

from __future__ import annotations

from domain.linting.context import Lint, Names, Surroundings
from domain.linting.documents import check_documents
from domain.linting.fields import check_fields
from domain.linting.flow import check_flow, opened_at_start
from domain.linting.intake import check_intake
from domain.linting.involving import check_involving
from domain.linting.rules import check_rules
from domain.linting.stages import check_stages
from domain.linting.words import check_words
from domain.problems import Node, Report

__all__ = ["Names", "Surroundings", "lint", "opened_at_start"]


def lint(root: Node, report: Report, around: Surroundings) -> None:
    """Adds everything wrong with the meaning of the file to the report."""
    check = Lint(root, report, around)
    check_words(check)
    check_fields(check)
    check_stages(check)
    check_involving(check)
    check_documents(check)
    check_intake(check)
    check_rules(check)
    check_flow(check)
    for name, field in check.names.fields.items():
        if name not in check.used:
            message = (
                f"Nothing asks for the field `{name}` or reads it. "
                "Name it in a stage's `optional`, `exit` or `entry`, or delete it."
            )
            report.warning(field, "unused_field", message)
