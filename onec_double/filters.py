"""`$filter` of OData 3, the part that 1C knows and people use: comparisons, and/or/not, substringof, startswith."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

Test = Callable[[Mapping[str, Any]], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<guid>guid'[^']*')|(?P<date>datetime'[^']*')|(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>\w+)|(?P<sign>[(),]))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


class BadFilter(Exception):
    """The filter is not understood."""


def parse(text: str, known: Callable[[str], bool]) -> Test:
    """A test for rows. Raises BadFilter, also for requisites that are not known."""
    parser = _Parser(_tokens(text), known)
    test = parser.any_of()
    if parser.left:
        raise BadFilter(f"лишнее: {parser.left[0][1]}")
    return test


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    while position < len(text.rstrip()):
        found = _TOKEN.match(text, position)
        if not found or found.lastgroup is None:
            raise BadFilter(f"непонятно с позиции {position}")
        tokens.append((found.lastgroup, found.group(found.lastgroup)))
        position = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], known: Callable[[str], bool]) -> None:
        self.left = tokens
        self._known = known

    def any_of(self) -> Test:
        tests = [self._all_of()]
        while self._took("or"):
            tests.append(self._all_of())
        return lambda row: any(test(row) for test in tests)

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self._took("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._took("not"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._took("("):
            group = self.any_of()
            self._expect(")")
            return group
        for name in ("substringof", "startswith"):
            if self._took(name):
                return self._function(name)
        field = self._field()
        sign = self._next("word")
        if sign not in _COMPARE:
            raise BadFilter(f"нет операции {sign}")
        value = self._literal()
        return lambda row: _safely(_COMPARE[sign], row[field], value)

    def _function(self, name: str) -> Test:
        self._expect("(")
        if name == "substringof":
            value = self._literal()
            self._expect(",")
            field = self._field()
        else:
            field = self._field()
            self._expect(",")
            value = self._literal()
        self._expect(")")
        if self._took("eq") and self._literal() is not True:
            raise BadFilter("функция сравнивается только с true")
        wanted = str(value).lower()
        if name == "startswith":
            return lambda row: str(row[field]).lower().startswith(wanted)
        return lambda row: wanted in str(row[field]).lower()

    def _literal(self) -> Any:
        kind, token = self.left.pop(0) if self.left else ("", "конец")
        if kind == "text":
            return token[1:-1].replace("''", "'")
        if kind in ("guid", "date"):
            return token.split("'")[1].lower() if kind == "guid" else token.split("'")[1]
        if kind == "number":
            return float(token)
        if token in ("true", "false"):
            return token == "true"
        raise BadFilter(f"ожидалось значение, а не {token}")

    def _field(self) -> str:
        name = self._next("word")
        if not self._known(name):
            raise BadFilter(f"Свойство '{name}' не найдено")
        return name

    def _took(self, token: str) -> bool:
        if self.left and self.left[0][1] == token and self.left[0][0] != "text":
            self.left.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._took(token):
            raise BadFilter(f"ожидалось {token}")

    def _next(self, kind: str) -> str:
        if not self.left or self.left[0][0] != kind:
            raise BadFilter("ожидалось имя")
        return self.left.pop(0)[1]


def _safely(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    try:
        return compare(left, right)
    except TypeError:
        raise BadFilter("значения разных типов не сравниваются") from None
