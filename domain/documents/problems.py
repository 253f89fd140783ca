"""What keeps a document from being made: one problem for each field, told to a person in two languages."""

from __future__ import annotations

from collections.abc import Sequence

from domain.base import Language, Lasting, Text


class DocumentProblem(Lasting):
    """`field` is such as `seller.inn` or `lines.1.price` (lines count from 1)."""

    field: str
    message: Text


def problem(field: str, ru: str, en: str) -> DocumentProblem:
    """A problem with its message in both languages."""
    return DocumentProblem(field=field, message=Text(ru=ru, en=en))


def told(problems: Sequence[DocumentProblem], language: Language = "ru") -> str:
    """All problems as one text, a sentence each."""
    return " ".join(found.message.in_language(language) for found in problems)
