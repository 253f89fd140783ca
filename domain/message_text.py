"""The words of a message: a template filled in for one deal, in both languages. Nothing is ever evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain import placeholders
from domain.base import Language, Text
from domain.facts import Employee

_MANAGER = ("name", "position", "phone", "email")


@dataclass(frozen=True)
class About:
    """What a message may name (`domain.placeholders.NAMES`): the deal, its stage and company, its responsible."""

    deal: Text
    stage: Text
    company: Text
    manager: Employee | None

    def fill(self, text: Text) -> Text:
        """The text with its placeholders filled in. Which language is sent is up to the addressee."""
        return Text(
            ru=placeholders.fill(text.ru, self._values("ru")),
            en=placeholders.fill(text.en, self._values("en")),
        )

    def _values(self, language: Language) -> Mapping[str, str]:
        manager = {f"manager.{part}": str(getattr(self.manager, part, "")) for part in _MANAGER}
        return {
            "deal": self.deal.in_language(language),
            "stage": self.stage.in_language(language),
            "company": self.company.in_language(language),
            **manager,
        }
