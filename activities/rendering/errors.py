"""Why a document cannot be rendered."""

from __future__ import annotations

from collections.abc import Sequence

from domain.documents.problems import DocumentProblem, problem, told


class RenderingRefused(Exception):
    """The template or the data is at fault: trying again would not help. `problems` says where."""

    def __init__(self, problems: Sequence[DocumentProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(told(problems))


class RenderingFailed(Exception):
    """The rendering process did not do its work; a later attempt may."""


def template_fault(ru: str, en: str) -> RenderingRefused:
    """A refusal because of the template as such."""
    return RenderingRefused(
        [problem("template", f"Шаблон не принят: {ru}", f"The template is refused: {en}")]
    )
