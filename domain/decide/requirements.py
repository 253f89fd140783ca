"""What a move needs: the target's entry fields, exit fields and gates of every stage it passes forward."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decide.reading import condition_holds, missing_of
from domain.decide.turn import Turn
from domain.definition import Gate, Pipeline, TaskRule
from domain.errors import GateProblem, Refused, refuse


@dataclass(frozen=True)
class Lacking:
    """Everything that keeps a deal from a stage."""

    fields: tuple[str, ...]
    gates: tuple[GateProblem, ...]

    def __bool__(self) -> bool:
        return bool(self.fields or self.gates)


def is_forward(definition: Pipeline, stage: str, target: str) -> bool:
    """Whether the move goes towards the win. Lost stages stand aside: going there is never forward."""
    return definition.stages[target].kind != "lost" and definition.order(target) > definition.order(stage)


def lacking(turn: Turn, target: str) -> Lacking:
    """What is missing for a move to `target`, every field and gate at once."""
    definition, deal = turn.definition, turn.deal
    names: list[str] = []
    gates: list[GateProblem] = []
    if is_forward(definition, deal.stage, target):
        stages = list(definition.stages.values())
        for stage in stages[definition.order(deal.stage) : definition.order(target)]:
            names.extend(stage.exit)
            names.extend(name for name, when in stage.exit_when.items() if condition_holds(turn, when))
            gates.extend(_shut(turn, stage.gates))
    names.extend(definition.stages[target].entry)
    gates.extend(_shut(turn, definition.stages[target].enter_when))
    return Lacking(tuple(missing_of(turn, tuple(dict.fromkeys(names)))), tuple(gates))


def _shut(turn: Turn, gates: tuple[Gate, ...]) -> tuple[GateProblem, ...]:
    """Those of the gates that do not hold."""
    shut = (gate for gate in gates if not condition_holds(turn, gate.when))
    return tuple(GateProblem(id=gate.id, message=gate.message) for gate in shut)


def lacking_to_enter(turn: Turn, target: str) -> Lacking:
    """What is missing to reopen a deal in `target`: no way leads there, so only what it asks itself counts."""
    stage = turn.definition.stages[target]
    return Lacking(tuple(missing_of(turn, stage.entry)), _shut(turn, stage.enter_when))


def lacking_to_finish(turn: Turn, rule: TaskRule) -> Lacking:
    """What keeps a task of this rule from being finished: fields of the card, and conditions."""
    return Lacking(tuple(missing_of(turn, rule.needs)), _shut(turn, rule.finish_when))


def lacking_to_tick(turn: Turn, needs: tuple[str, ...]) -> Lacking:
    """The fields that must be filled before an item of a checklist is ticked."""
    return Lacking(tuple(missing_of(turn, needs)), ())


def refusal_for(turn: Turn, needs: Lacking) -> Refused:
    """The refusal that names every missing thing by its title."""
    fields = [
        turn.definition.fields[name].title if name in turn.definition.fields else None
        for name in needs.fields
    ]
    ru = [
        title.ru if title else _COMMON.get(name, (name, name))[0]
        for name, title in zip(needs.fields, fields, strict=True)
    ]
    en = [
        title.en if title else _COMMON.get(name, (name, name))[1]
        for name, title in zip(needs.fields, fields, strict=True)
    ]
    parts_ru = ([f"Заполните: {', '.join(ru)}."] if ru else []) + [gate.message.ru for gate in needs.gates]
    parts_en = ([f"Fill in: {', '.join(en)}."] if en else []) + [gate.message.en for gate in needs.gates]
    return refuse(
        "missing_fields" if needs.fields else "gate_not_met",
        " ".join(parts_ru),
        " ".join(parts_en),
        missing=needs.fields,
        gates=needs.gates,
        stage=turn.deal.stage,
    )


_COMMON = {
    "company": ("компания", "company"),
    "contact": ("контакт", "contact"),
    "client": ("компания или контакт", "company or contact"),
    "amount": ("сумма", "amount"),
    "company.inn": ("ИНН компании", "the company's INN"),
}
