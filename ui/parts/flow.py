"""The diagram of a pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui.element import Element

from ui.view import View

Json = Mapping[str, Any]


class Flow(Element, component="flow.js"):
    """Stages, moves made by themselves, and deals handed over. `described`: as `GET …/described` tells it."""

    def __init__(self, view: View, described: Json) -> None:
        super().__init__()
        titles = {one["pipeline"]: view.text(one["title"]) for one in view.pipelines}
        self._props["stages"] = [_stage(view, stage, titles) for stage in described["stages"]]
        self._props["moves"] = _moves(described)
        self._props["cameFrom"] = [
            {"pipeline": one["pipeline"], "title": view.text(one["title"])} for one in described["came_from"]
        ]
        self._props["labels"] = {
            "title": view.say("Схема воронки", "The pipeline's diagram"),
            "from": view.say("Из сделок", "From deals of"),
        }


def _stage(view: View, stage: Json, titles: Mapping[str, str]) -> dict[str, Any]:
    lines = (*stage["rules"], *stage["reactions"])
    opened = dict.fromkeys(line["opens"] for line in lines if line["opens"])
    return {
        "id": stage["id"],
        "title": view.text(stage["title"]),
        "kind": stage["kind"],
        "deals": stage["deals"],
        "said": view.plural(stage["deals"], ("сделка", "сделки", "сделок"), ("deal", "deals")),
        "opens": [{"pipeline": one, "title": titles.get(one, one)} for one in opened],
    }


def _moves(described: Json) -> list[dict[str, str]]:
    """Each pair of stages that a move made by itself leads from and to, once."""
    pairs = {
        (stage["id"], line["to"])
        for stage in described["stages"]
        for line in (*stage["rules"], *stage["reactions"])
        if line["to"] and line["to"] != stage["id"]
    }
    return [{"from": start, "to": end} for start, end in sorted(pairs)]
