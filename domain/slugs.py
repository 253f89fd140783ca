"""Ids made of names: `Ким Анна` becomes `kim_anna`, and `kim_anna2` where that is taken."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Container

_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN = (
    "a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u",
    "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
)  # fmt: skip
_BY_LETTER = str.maketrans(dict(zip(_LETTERS, _LATIN, strict=True)))
_LONGEST = 40


def slug(name: str, *, words: int, otherwise: str) -> str:
    """The first `words` words in Latin letters; `otherwise` for a name that has none."""
    latin = unicodedata.normalize("NFKD", name.lower().translate(_BY_LETTER))
    found = re.findall(r"[a-z0-9]+", latin.encode("ascii", "ignore").decode())
    made = "_".join(found[:words])[:_LONGEST].strip("_")
    return made if made[:1].isalpha() else otherwise


def free(wanted: str, taken: Container[str]) -> str:
    """The id, or the first of it with a number that nobody has."""
    return next(
        name
        for number in itertools.count(1)
        if (name := wanted if number == 1 else f"{wanted}{number}") not in taken
    )
