"""Conditions as data: `{amount: {gt: 500000}}`, `{company.contract_signed: false}`, `all` / `any` / `not`.

A condition can be linted (which paths it reads), explained, and evaluated; it cannot loop, call or hang.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue, TypeAdapter

from domain.base import Strict

Operator = Literal["eq", "ne", "gt", "ge", "lt", "le", "in", "contains", "filled"]
OPERATORS: tuple[str, ...] = ("eq", "ne", "gt", "ge", "lt", "le", "in", "contains", "filled")


class Test(Strict):
    """One comparison of the value at `path` with `value`."""

    __test__ = False  # the name is the field's term; pytest must not collect it
    path: str
    op: Operator
    value: JsonValue


class All(Strict):
    """Every part holds."""

    all: tuple[Condition, ...]


class AnyOf(Strict):
    """At least one part holds."""

    any: tuple[Condition, ...]


class Not(Strict):
    """The part does not hold."""

    negated: Condition = Field(alias="not", serialization_alias="not")


def _parse(data: object) -> object:
    """The short spelling of YAML as the models above; models and their own dumps pass unchanged."""
    if not isinstance(data, Mapping):
        return data
    if set(data) == {"path", "op", "value"}:
        return Test.model_validate(data)
    parts = [_parse_pair(str(key), value) for key, value in data.items()]
    if not parts:
        raise ValueError("an empty condition; write at least one comparison, such as {amount: {gt: 1000}}")
    return parts[0] if len(parts) == 1 else All(all=tuple(parts))


def _parse_pair(key: str, value: Any) -> Condition:
    if key in ("all", "any"):
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(f"`{key}` takes a list of conditions")
        parts = tuple(parse_condition(part) for part in value)
        return All(all=parts) if key == "all" else AnyOf(any=parts)
    if key == "not":
        return Not.model_validate({"not": parse_condition(value)})
    if not isinstance(value, Mapping):
        return Test(path=key, op="eq", value=value)
    unknown = [name for name in value if name not in OPERATORS]
    if unknown or not value:
        raise ValueError(f"`{key}`: unknown comparison {unknown}; use one of {', '.join(OPERATORS)}")
    tests = tuple(Test(path=key, op=op, value=operand) for op, operand in value.items())
    return tests[0] if len(tests) == 1 else All(all=tests)


Condition = Annotated[Test | All | AnyOf | Not, BeforeValidator(_parse)]
for _model in (All, AnyOf, Not):
    _model.model_rebuild()
_ADAPTER: TypeAdapter[Test | All | AnyOf | Not] = TypeAdapter(Condition)


def parse_condition(data: object) -> Condition:
    """The condition that `data` (YAML or JSON) spells; raises pydantic.ValidationError."""
    return _ADAPTER.validate_python(data)


def paths(condition: Condition) -> Iterator[str]:
    """Every path the condition reads, for the linter."""
    match condition:
        case Test():
            yield condition.path
        case All():
            for part in condition.all:
                yield from paths(part)
        case AnyOf():
            for part in condition.any:
                yield from paths(part)
        case Not():
            yield from paths(condition.negated)


def holds(condition: Condition, read: Callable[[str], JsonValue]) -> bool:
    """Whether the condition holds, `read(path)` giving the values (None where there is none)."""
    match condition:
        case Test():
            return _compare(condition.op, read(condition.path), condition.value)
        case All():
            return all(holds(part, read) for part in condition.all)
        case AnyOf():
            return any(holds(part, read) for part in condition.any)
        case Not():
            return not holds(condition.negated, read)


def is_filled(value: JsonValue) -> bool:
    """Whether a person would say the field is filled; `false` and 0 are answers, blanks are not."""
    return (
        value is not None
        and value != []
        and value != {}
        and not (isinstance(value, str) and not value.strip())
    )


def _compare(op: Operator, found: JsonValue, wanted: JsonValue) -> bool:
    if op == "filled":
        return is_filled(found) is bool(wanted)
    if op in ("eq", "ne"):
        # An unanswered yes/no counts as no: a new company has no mark «contract signed» yet.
        same = bool(found) is wanted if isinstance(wanted, bool) and found is None else _same(found, wanted)
        return same if op == "eq" else not same
    if op == "in":
        return isinstance(wanted, list) and any(_same(found, item) for item in wanted)
    if op == "contains":
        return (isinstance(found, str) and str(wanted).casefold() in found.casefold()) or (
            isinstance(found, list) and wanted in found
        )
    return _ordered(op, found, wanted)


def _same(found: JsonValue, wanted: JsonValue) -> bool:
    """Equality; money is kept as text, and `500000` means `500000.00`. A yes or no is never a number."""
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    number = isinstance(wanted, int | float)
    return _comparable(found) == _comparable(wanted) if number else found == wanted


def _ordered(op: Operator, found: JsonValue, wanted: JsonValue) -> bool:
    left, right = _comparable(found), _comparable(wanted)
    if left is None or right is None or type(left) is not type(right):
        return False  # an empty or foreign value is neither above nor below
    checks = {
        "gt": left > right,  # type: ignore[operator]
        "ge": left >= right,  # type: ignore[operator]
        "lt": left < right,  # type: ignore[operator]
        "le": left <= right,  # type: ignore[operator]
    }
    return checks[op]


def _comparable(value: JsonValue) -> Decimal | str | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return Decimal(str(value))
    if isinstance(value, str):
        try:
            number = Decimal(value)
        except ArithmeticError:
            return value
        return number if number.is_finite() else value  # «nan» is a text like any other
    return None
