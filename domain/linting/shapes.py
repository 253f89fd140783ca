"""The shape of a definition: pydantic checks it; its findings become sentences with a place in the file."""

from __future__ import annotations

import types
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from domain.approval.definition import ApprovalStep
from domain.base import Text
from domain.definition import Gate, Pipeline, Rule, Stage
from domain.durations import Duration
from domain.problems import Node, Path, Report, suggest

_HINTS = {
    "title": "Add `title: {ru: …, en: …}`.",
    "text": "Add `text: {ru: …, en: …}`.",
    "message": "Add `message: {ru: …, en: …}`: what people read when they are stopped here.",
    "ru": "Every text stands in two languages: `{ru: …, en: …}`.",
    "en": "Every text stands in two languages: `{ru: …, en: …}`.",
    "type": "Say what the field holds, such as `type: text`.",
    "id": "Give it an id, such as `id: send_offer`.",
    "stages": "A pipeline needs `stages:`, at least an open and a won one.",
    "pipeline": "Name the pipeline, such as `fulfilment.quote`.",
    "options": "Give the answers to choose from: `options: {yes_please: {ru: …, en: …}}`.",
    "steps": "Say who approves: `steps: [{id: lawyer, title: {ru: …, en: …}, approvers: role:lawyer}]`.",
    "approvers": "Say who is asked, such as `approvers: role:lawyer`.",
    "to": "Say to whom or where, such as `to: responsible`.",
    "when": "Give the condition, such as `when: {amount: {filled: true}}`.",
}
_KINDS = {
    "model_type": "takes a block of keys (`key: value`)",
    "model_attributes_type": "takes a block of keys (`key: value`)",
    "dict_type": "takes a block of keys (`key: value`)",
    "tuple_type": "takes a list (`[a, b]`, or lines that start with `- `)",
    "string_type": "takes a text; put it in quotes if it looks like a number or like true and false",
    "string_pattern_mismatch": "takes a name of small Latin letters, digits and `_`",
    "bool_type": "takes `true` or `false`",
    "bool_parsing": "takes `true` or `false`",
}


def check_shape(root: Node, report: Report) -> Pipeline | None:
    """The pipeline, or None with every misfit in the report."""
    try:
        return Pipeline.model_validate(root.data())
    except ValidationError as wrong:
        for error in wrong.errors(include_url=False, include_input=False):
            _translate(error["type"], error["loc"], error.get("ctx", {}), root, report)
    return None


def _translate(kind: str, loc: Path, context: dict[str, Any], root: Node, report: Report) -> None:
    loc, expected = _expected(loc)
    node = root.nearest(loc)
    name = f"`{loc[-1]}`" if loc else "The file"
    hint = _HINTS.get(str(loc[-1]) if loc else "", "Add it.")
    if expected is _CONDITION:
        if not report.touches(node.path):
            report.error(
                node, "bad_condition", "This is not a condition. Write it as `{field: {comparison: value}}`."
            )
    elif kind == "missing":
        report.key_error(node, "missing_key", f"{name} is missing. {hint}")
    elif kind == "extra_forbidden":
        known = _keys(_expected(loc[:-1])[1])
        report.key_error(node, "unknown_key", f"There is no key {name} here. {suggest(name, known)}")
    elif kind == "literal_error":
        words = [str(word) for word in get_args(expected)]
        report.error(
            node, "wrong_value", f"{name} cannot be {_shown(node)}. {suggest(str(node.value), words)}"
        )
    elif expected is Duration:
        report.error(node, "bad_duration", f"{name}: {context.get('error', 'this is not a duration.')}")
    elif kind == "value_error":
        report.error(node, "wrong_value", f"{name} {context['error']}.")
    elif kind == "too_short":
        report.error(node, "missing_key", f"{name} is empty. {hint}")
    else:
        _wrong_type(kind, name, node, expected, report)


def _wrong_type(kind: str, name: str, node: Node, expected: Any, report: Report) -> None:
    takes = _KINDS.get(kind, "takes something else")
    if expected is Text:
        takes = "takes a text in two languages: `{ru: …, en: …}`"
    found = "Nothing stands here" if node.value is None else f"It is {_shown(node)}"
    report.error(node, "wrong_type", f"{name} {takes}. {found}.")


def _shown(node: Node) -> str:
    if isinstance(node.value, dict):
        return "a block of keys"
    if isinstance(node.value, list):
        return "a list"
    if isinstance(node.value, bool):
        return f"`{str(node.value).lower()}`"
    return "empty" if node.value is None else f"`{node.value}`"


_CONDITION = object()


def _expected(loc: Path) -> tuple[Path, Any]:
    """The part of `loc` that stands in the file, and the type the models expect there."""
    here: Any = Pipeline
    for depth, part in enumerate(loc):
        if here in (Rule, Gate, ApprovalStep) and part == "when":
            return loc[: depth + 1], _CONDITION
        if here is Stage and part == "exit_when" and depth + 1 < len(loc):
            return loc[: depth + 2], _CONDITION
        origin, arguments = get_origin(here), get_args(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields.get(str(part))
            here = _bare(field.annotation) if field else None
        elif origin is dict:
            here = _bare(arguments[1])
        elif origin is tuple:
            here = _bare(arguments[0])
        else:
            return loc[:depth], here
    return loc, here


def _bare(annotation: Any) -> Any:
    """The annotation without Annotated and without `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return _bare(parts[0]) if len(parts) == 1 else annotation
    return annotation


def _keys(model: Any) -> list[str]:
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
