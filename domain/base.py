"""Ground for every boundary model: strict, immutable, and bilingual texts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

Language = Literal["ru", "en"]


def _no_number(value: object) -> object:
    """A number of seconds since 1970 is not what anybody means who sends a date."""
    if isinstance(value, int | float):
        raise ValueError("must be a date and time by ISO 8601")
    return value


Written = Annotated[datetime, BeforeValidator(_no_number)]  # a moment, or a clock time, as text


class Strict(BaseModel):
    """A value from outside: an unknown key is an error, so that a typo is never silently dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Lasting(BaseModel):
    """A value kept for years (events, deal state): unknown keys of a newer version are ignored, never fatal."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Text(Strict):
    """One sentence or title in the product's two languages."""

    ru: str
    en: str

    def in_language(self, language: Language) -> str:
        """The text in `language`."""
        return self.ru if language == "ru" else self.en

    @classmethod
    def same(cls, text: str) -> Text:
        """One wording that stands for both languages."""
        return cls(ru=text, en=text)

    def fill(self, **values: str) -> Text:
        """The text with `{name}` replaced by the values given; unknown names stay as they are."""
        ru, en = self.ru, self.en
        for name, value in values.items():
            ru, en = ru.replace("{" + name + "}", value), en.replace("{" + name + "}", value)
        return Text(ru=ru, en=en)


def _both(value: object) -> object:
    """Older records hold one sentence, which stands for both languages."""
    return Text.same(value) if isinstance(value, str) else value


Said = Annotated[Text, BeforeValidator(_both)]  # a text in both languages, or one of before there were two
