"""The offer and its items pulled from 1C: planned by a rule, filled into the card when 1C has answered."""

from __future__ import annotations

from typing import Any

from pydantic import JsonValue

from domain.base import Text
from domain.deal import Effect
from domain.decide import people
from domain.decide.notices import tell
from domain.decide.turn import Turn
from domain.events import EffectPlanned, Filled
from domain.work_parts import PullKind

ONEC_OFFER = "onec_offer"
_NONE = Text(
    ru="В 1С нет предложения по сделке «{deal}». Заполните позиции и приложите файл на карточке.",
    en="1C has no offer for the deal “{deal}”. Fill in the items and attach the file on the card.",
)
ITEMS, FILE = "offer_items", "offer_file"  # the fields that 1C's answer fills


def pull(turn: Turn, kind: PullKind) -> None:
    """Asks 1C for the deal's offer; one question at a time."""
    if any(effect.kind == kind for effect in turn.deal.effects.values()):
        return
    turn.by_itself(
        EffectPlanned(
            key=f"{turn.deal_id}/{turn.deal.seq + 1}/1",
            kind=kind,
            name="offer",
            detail={"what": "offer", "deal": turn.deal_id},
        )
    )


def done(turn: Turn, effect: Effect, result: dict[str, Any]) -> None:
    """Fills the card with items, a line each, and file. `result`: `{offer: {lines: […], file: {id, name}}}`."""
    found: dict[str, JsonValue] = {}
    offer = result.get("offer")
    if not isinstance(offer, dict):
        tell(turn, people.resolve(turn, ("responsible",)), "control", _NONE)
        return
    lines = offer.get("lines")
    if isinstance(lines, list) and (said := [_line(line) for line in lines if isinstance(line, dict)]):
        found[ITEMS] = "\n".join(said)
    file = offer.get("file")
    if isinstance(file, dict) and isinstance(file.get("id"), str) and isinstance(file.get("name"), str):
        found[FILE] = {"id": file["id"], "name": file["name"]}
    fields = {
        name: value
        for name, value in found.items()
        if name in turn.definition.fields and turn.deal.fields.get(name) != value
    }
    if fields:
        turn.by_itself(Filled(fields=fields))


def _line(line: dict[str, Any]) -> str:
    """`Клапан 15 (К-15): 4 шт × 1250.00`."""
    code = f" ({line['code']})" if line.get("code") else ""
    return f"{line.get('title', '')}{code}: {line.get('quantity', '')} {line.get('unit', '')} × {line.get('price', '')}"
