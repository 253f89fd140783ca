"""Which of the two languages a client reads."""

from __future__ import annotations

from domain.base import Language


def preferred(accept_language: str | None) -> Language:
    """`ru` where the Accept-Language header prefers Russian to English, else `en`."""
    weights = dict(_parse(part) for part in (accept_language or "").split(","))
    return "ru" if weights.get("ru", 0.0) > weights.get("en", 0.0) else "en"


def _parse(part: str) -> tuple[str, float]:
    """One range of the header, such as `ru-RU;q=0.9`, as a language and its weight."""
    name, _, parameters = part.partition(";")
    key, _, number = parameters.strip().partition("=")
    try:
        weight = float(number) if key.strip() == "q" else 1.0
    except ValueError:
        weight = 0.0
    return name.strip().lower().partition("-")[0], weight
