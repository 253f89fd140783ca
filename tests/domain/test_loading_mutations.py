"""However a definition is spoilt, loading answers with a pipeline or with problems; it never raises."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.definition import Pipeline
from domain.loading import load_text

GOOD = (Path(__file__).parent / "cases" / "good.yaml").read_text("utf-8")
WORDS = st.sampled_from(
    ("", "a", "no", "id", "task", "move", "when", "not", "all", "in", "filled", "set", "new", "lost", "null")
) | st.sampled_from(
    ("role:x", "1wd", "field:checker", "company.", "task.check", "task..outcome", "client", "12:30", "\ud800")
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)


@cache
def _good_data() -> dict[str, Any]:
    pipeline = load_text(GOOD, "good.yaml")
    assert isinstance(pipeline, Pipeline)
    return pipeline.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _all_containers(value: Any) -> list[Any]:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return ([value] if value and isinstance(value, dict | list) else []) + [
        found for part in below for found in _all_containers(part)
    ]


def _spoil(data: st.DataObject, container: Any) -> None:
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    key = data.draw(st.sampled_from(keys))
    deed = data.draw(st.sampled_from(["replace", "delete", "rename", "wrap"]))
    if deed == "replace":
        container[key] = data.draw(VALUES)
    elif deed == "wrap":
        container[key] = [container[key]]
    elif deed == "rename" and isinstance(container, dict):
        container[data.draw(WORDS)] = container.pop(key)
    else:
        del container[key]


def _judge(text: str) -> None:
    answer = load_text(text, "spoilt.yaml")
    if isinstance(answer, Pipeline):
        assert Pipeline.model_validate_json(answer.model_dump_json(by_alias=True)) == answer
        return
    assert answer
    for problem in answer:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message.endswith((".", "?"))
        assert "validation error" not in problem.message


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_spoilt_data_never_raises(data: st.DataObject) -> None:
    spoilt = copy.deepcopy(_good_data())
    for _ in range(data.draw(st.integers(1, 3))):
        containers = _all_containers(spoilt)
        if containers:
            _spoil(data, data.draw(st.sampled_from(containers)))
    _judge(json.dumps(spoilt, ensure_ascii=data.draw(st.booleans())))


@settings(max_examples=120, deadline=None)
@given(
    start=st.integers(0, len(GOOD)),
    length=st.integers(0, 40),
    put=st.text(alphabet="{}[]:,-#&*!|>'\"%@`\t\n \\U0abйя~?", max_size=6),
)
def test_spoilt_text_never_raises(start: int, length: int, put: str) -> None:
    _judge(GOOD[:start] + put + GOOD[start + length :])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_never_raises(text: str) -> None:
    _judge(text)
