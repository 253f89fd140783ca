"""The mapping as a YAML file: see `pipelines/onec_mapping.yaml`."""

from __future__ import annotations

from typing import Any

import yaml

from domain.onec_mapping import Mapping, read_mapping

MAX_CHARACTERS = 200_000


class InvalidMapping(Exception):
    """Everything that is wrong with the file, a sentence each."""

    def __init__(self, file: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))


class _Loader(yaml.SafeLoader):
    """Refuses what SafeLoader takes silently: a key given twice (the last would win), and aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("write the value again instead of `*`")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                message = f"`{key.value}` stands here twice"
                raise yaml.constructor.ConstructorError(None, None, message, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_mapping(text: str, file: str) -> Mapping:
    """The mapping of the file's text. Raises InvalidMapping with all that is wrong."""
    if len(text) > MAX_CHARACTERS:
        raise InvalidMapping(file, ["the file is far too large for a mapping"])
    try:
        data = yaml.load(text, Loader=_Loader)  # safe: a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidMapping(file, [f"not valid YAML: {_place(error)}"]) from None
    found = read_mapping(data)
    if isinstance(found, list):
        raise InvalidMapping(file, found)
    return found


def _place(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error) or "nested too deep"
