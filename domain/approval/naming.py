"""What an approval is called in a sentence."""

from __future__ import annotations

from domain.base import Text


def called(title: Text, ru: str = "Согласование", en: str = "The approval") -> Text:
    """`Согласование «Договор»`, but `«Согласование договора»`: a title that says so itself needs no word in front."""
    return Text(
        ru=f"«{title.ru}»" if _says(title.ru, "согласова") else f"{ru} «{title.ru}»",
        en=f"“{title.en}”" if _says(title.en, "approv", "the approv") else f"{en} “{title.en}”",
    )


def _says(title: str, *words: str) -> bool:
    return title.strip().casefold().startswith(words)
