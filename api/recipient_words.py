"""Recipients of definitions as people say them: `role:lawyer` is «Юрист»."""

from __future__ import annotations

from collections.abc import Mapping

from domain.base import Text
from domain.definition import Pipeline
from domain.facts import Organisation

_WORDS: Mapping[str, Text] = {
    "client": Text(ru="Клиент", en="The client"),
    "responsible": Text(ru="Ответственный за сделку", en="The deal's responsible"),
    "head": Text(ru="Руководитель ответственного", en="The head of the responsible"),
    "creator": Text(ru="Кто открыл сделку", en="Who opened the deal"),
    "assignee": Text(ru="Исполнитель", en="The assignee"),
}


def recipient_words(recipient: str, pipeline: Pipeline, organisation: Organisation) -> Text:
    """The recipient's name; what nobody knows stands as it is written."""
    kind, _, name = recipient.partition(":")
    if recipient in _WORDS:
        return _WORDS[recipient]
    if kind == "role":
        return organisation.role_titles.get(name) or Text.same(name)
    if kind == "field" and name in pipeline.fields:
        return pipeline.fields[name].title
    employee = organisation.employees.get(recipient)
    return Text.same(employee.name if employee else recipient)
