"""The language of document templates: a small part of Jinja, sandboxed.

A template prints values (`{{ client.inn }}`, filters included), repeats (`for`) and chooses (`if`). Everything
else, above all calls, subscripts and arithmetic, is refused before anything runs. The sandbox is the second
line of defence, the limits of the rendering process (`child`) the third.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.filters import do_default
from jinja2.runtime import LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from activities.rendering.errors import RenderingRefused, template_fault
from domain.documents import formats
from domain.documents.problems import problem
from domain.documents.words import roubles_in_words

_ALLOWED = (
    nodes.And,
    nodes.Compare,
    nodes.Concat,
    nodes.CondExpr,
    nodes.Const,
    nodes.Filter,
    nodes.For,
    nodes.Getattr,
    nodes.If,
    nodes.Keyword,
    nodes.Name,
    nodes.Not,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.Template,
    nodes.TemplateData,
    nodes.Test,
    nodes.Tuple,
)
_FAULTS = {  # what people try, in words; the rest by Jinja's own name
    "Call": ("вызов функции", "a call"),
    "Getitem": ("квадратные скобки", "square brackets"),
    "ScopedEvalContextModifier": ("autoescape", "autoescape"),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow"), ("вычисление", "arithmetic")),
}
_TESTS = ("defined", "undefined", "even", "odd")
_LOOP = ("index", "index0", "first", "last", "length", "revindex")
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG = re.compile(r"<[^>]+>")


class Branch:
    """A mapping of the data, reached by dots only. It knows its place, to name what is missing below it."""

    __slots__ = ("fields", "place")

    def __init__(self, fields: Mapping[str, Any], place: str) -> None:
        self.fields = fields
        self.place = place


class Environment(ImmutableSandboxedEnvironment):
    """One rendering's environment. `missing` collects the places of values that were needed and are not there."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, finalize=self._printed, undefined=Undefined)
        self.missing: dict[str, None] = {}
        self._empty, self._unknown = _gaps(self.missing)
        self.undefined = self._unknown
        self.filters = {name: _careful(function) for name, function in _FILTERS.items()}
        self.filters["default"] = do_default
        self.tests = {name: self.tests[name] for name in _TESTS}
        self.globals = {}

    def context(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The data as templates see it: null and empty text are gaps, which may be asked about, not printed."""
        return {name: self._wrapped(value, name) for name, value in data.items()}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value under a dot."""
        if isinstance(obj, Branch):
            place = f"{obj.place}.{attribute}"
            known = attribute in obj.fields
            return self._wrapped(obj.fields[attribute], place) if known else self._unknown(name=place)
        if isinstance(obj, Undefined):
            return type(obj)(name=f"{obj._undefined_name}.{attribute}")
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return super().getattr(obj, attribute)
        return self._unknown(name=attribute)

    def check(self, source: str) -> None:
        """Raises RenderingRefused where the template's text holds more than the language."""
        try:
            tree = self.parse(source)
            for node in [tree, *tree.find_all(nodes.Node)]:
                if fault := self._fault(node):
                    ru, en = _FAULTS.get(fault, (fault, fault))
                    raise template_fault(
                        f"не допускается: {ru}, {_near(source, node.lineno)}.",
                        f"not allowed: {en}, {_near(source, node.lineno, 'near')}.",
                    )
        except TemplateSyntaxError as error:
            raise template_fault(
                f"ошибка {_near(source, error.lineno)}: {error.message}",
                f"a mistake {_near(source, error.lineno, 'near')}: {error.message}",
            ) from None
        except RecursionError:
            raise template_fault("слишком сложное выражение.", "an expression is too complex.") from None

    def refuse_missing(self) -> None:
        """Raises RenderingRefused naming everything that was missing."""
        if self.missing:
            raise RenderingRefused(
                [
                    problem(
                        place,
                        f"Для документа не хватает данных: {place}.",
                        f"The document lacks data: {place}.",
                    )
                    for place in self.missing
                ]
            )

    def _fault(self, node: nodes.Node) -> str | None:
        if not isinstance(node, _ALLOWED):
            return type(node).__name__
        if isinstance(node, nodes.Name | nodes.Filter | nodes.Test) and node.name.startswith("_"):
            return f"`{node.name}`"
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            return f"`{node.attr}`"
        if isinstance(node, nodes.Filter) and node.name not in self.filters:
            return f"`|{node.name}`"
        if isinstance(node, nodes.Test) and node.name not in self.tests:
            return f"`is {node.name}`"
        return None

    def _wrapped(self, value: Any, place: str) -> Any:
        if value is None or value == "":
            return self._empty(name=place)
        if isinstance(value, Mapping):
            return Branch(value, place)
        if isinstance(value, list | tuple):
            return [self._wrapped(item, f"{place}.{number}") for number, item in enumerate(value, 1)]
        return legal_text(value) if isinstance(value, str) else value

    def _printed(self, value: Any) -> Any:
        if isinstance(value, Undefined):
            return str(value)
        if isinstance(value, bool):
            return "да" if value else "нет"
        if isinstance(value, Branch | list):
            place = value.place if isinstance(value, Branch) else "…"
            raise template_fault(
                f"«{place}» состоит из частей, назовите нужную.",
                f"“{place}” has parts: name the one you need.",
            )
        return value


def legal_text(text: str) -> str:
    """The text without characters that XML cannot hold (all of them invisible), line ends as `\\n`."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _gaps(missing: dict[str, None]) -> tuple[type[Undefined], type[Undefined]]:
    """(known but empty, unknown). Asking whether an empty value is there is fine; unknown names are mistakes."""

    class Empty(Undefined):
        __slots__ = ()

        def _note(self) -> None:
            missing[str(self._undefined_name)] = None

        def __str__(self) -> str:
            self._note()
            return ""

        __html__ = __str__

        def __iter__(self) -> Iterator[Any]:
            self._note()
            return iter(())

        def __bool__(self) -> bool:
            return False

        def __eq__(self, other: object) -> bool:
            return False

        def __ne__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 0

    class Unknown(Empty):
        __slots__ = ()

        def __bool__(self) -> bool:
            self._note()
            return False

        def __eq__(self, other: object) -> bool:
            self._note()
            return False

        __hash__ = Empty.__hash__

    return Empty, Unknown


def _near(source: str, line: int | None, word: str = "рядом с") -> str:
    lines = source.splitlines()
    text = _TAG.sub("", lines[line - 1]).strip() if line and line <= len(lines) else "?"
    return f"{word} «{text[:80]}»"


def _careful(function: Any) -> Any:
    """The filter, except that a gap stays a gap, and a value it cannot take is named."""

    def filtered(value: Any) -> Any:
        if isinstance(value, Undefined):
            return value
        try:
            return function(value)
        except (ValueError, TypeError, InvalidOperation):
            shown = str(value)[:50]
            raise template_fault(
                f"значение «{shown}» не подходит для этого места.",
                f"the value “{shown}” does not fit its place.",
            ) from None

    return filtered


def _decimal(value: Any) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return number


def _day(value: Any) -> date:
    return date.fromisoformat(str(value)[:10])


_FILTERS = {
    "money": lambda value: formats.money(_decimal(value)),
    "quantity": lambda value: formats.quantity(_decimal(value)),
    "words": lambda value: roubles_in_words(_decimal(value)),
    "words_en": lambda value: roubles_in_words(_decimal(value), "en"),
    "date": lambda value: formats.long_date(_day(value)),
    "short_date": lambda value: formats.short_date(_day(value)),
    "upper": lambda value: str(value).upper(),
    "lower": lambda value: str(value).lower(),
}
