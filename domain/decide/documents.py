"""Documents: planned by one click or by a rule once nothing is missing, put into their field once they are made."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import JsonValue

from domain.base import Text
from domain.commands import PrepareDocument
from domain.conditions import is_filled
from domain.deal import Deal, Effect
from domain.decide import people
from domain.decide.notices import tell
from domain.decide.reading import missing_of, read
from domain.decide.requirements import Lacking, refusal_for
from domain.decide.turn import Turn
from domain.definition import DocumentRule, Pipeline
from domain.documents.content import Content, fields_for, side, total_of
from domain.documents.problems import DocumentProblem
from domain.documents.requisites import buyer_problems, requisites_from, seller_problems
from domain.errors import GateProblem, refuse
from domain.events import SYSTEM, AttentionCleared, EffectPlanned, Filled

DOCUMENT = "document"


def prepare(turn: Turn, command: PrepareDocument) -> None:
    """Has one of the documents offered here made, or refuses with everything that it lacks."""
    name = command.document
    known = offered(turn.definition, turn.deal)
    if name not in known:
        raise refuse(
            "unknown_document",
            f"На этой стадии нет документа «{name}».",
            f"This stage has no document “{name}”.",
            stage=turn.deal.stage,
            allowed=tuple(known),
        )
    rule = known[name]
    if is_under_way(turn.deal, name):
        raise refuse(
            "nothing_to_do",
            f"Документ «{rule.title.ru}» уже готовится.",
            f"The document “{rule.title.en}” is being prepared already.",
            stage=turn.deal.stage,
        )
    needs = lacking_for(turn, rule)
    if needs:
        raise refusal_for(turn, needs)
    _plan(turn, name, rule, turn.by)


def prepare_by_itself(turn: Turn, name: str) -> None:
    """Has the document made that a rule names; the responsible is told what it lacks."""
    rule = turn.definition.documents.get(name)
    if rule is None or is_under_way(turn.deal, name):
        return
    needs = lacking_for(turn, rule)
    if not needs:
        _plan(turn, name, rule, SYSTEM, yields=not is_filled(read(turn, rule.field)))
        return
    why = refusal_for(turn, needs).refusal.message
    text = Text(
        ru=f"Документ «{rule.title.ru}» по сделке «{{deal}}» не подготовлен. {why.ru}",
        en=f"The document “{rule.title.en}” of the deal “{{deal}}” is not prepared. {why.en}",
    )
    tell(turn, people.resolve(turn, ("responsible",)), "control", text)


def offered(definition: Pipeline, deal: Deal) -> dict[str, DocumentRule]:
    """The documents that people may ask for where the deal stands now."""
    return {
        name: rule
        for name, rule in definition.documents.items()
        if (deal.stage in rule.stages if rule.stages else deal.status == "open")
    }


def is_under_way(deal: Deal, name: str) -> bool:
    """Whether the document is being made; one that has failed is not."""
    return any(effect.cause is None for effect in _effects(deal, name))


def lacking_for(turn: Turn, rule: DocumentRule) -> Lacking:
    """What keeps the document from being made: fields of the card, and what is wrong with requisites and lines."""
    names = ["company", *rule.needs]
    if _lines(turn, rule) is None and (wanted := "amount" if rule.line else rule.lines):
        names.append(wanted)
    missing = missing_of(turn, tuple(dict.fromkeys(names)))
    content = _content(turn, rule)
    found = [problem for problem in _problems(content) if not _said(problem, missing)]
    gates = [GateProblem(id=problem.field, message=problem.message) for problem in found]
    if not missing and not gates:
        gates += _sum_differs(turn, content)
    return Lacking(tuple(missing), tuple(gates))


def done(turn: Turn, effect: Effect, result: dict[str, Any]) -> None:
    """Puts the document into its field. `result`: `{file: {id, name}}`."""
    rule = turn.definition.documents.get(effect.name)
    spec = turn.definition.fields.get(rule.field) if rule else None
    file = result.get("file")
    if rule is None or spec is None or not isinstance(file, dict):
        return
    if effect.yields and is_filled(turn.deal.fields.get(rule.field)):
        return  # somebody has attached their own meanwhile
    value: JsonValue = {"id": str(file.get("id")), "name": str(file.get("name"))}
    if spec.type == "files":
        value = _among(turn.deal.fields.get(rule.field), value)
    if turn.deal.fields.get(rule.field) != value:
        turn.by_itself(Filled(fields={rule.field: value}))


def failed(turn: Turn, effect: Effect) -> Text:
    """What the responsible is told of a document that could not be made."""
    rule = turn.definition.documents.get(effect.name)
    title = rule.title if rule else Text(ru=effect.name, en=effect.name)
    return Text(
        ru=f"Документ «{title.ru}» по сделке «{{deal}}» не подготовлен. Причина в карточке: исправьте и повторите.",
        en=f"The document “{title.en}” of the deal “{{deal}}” is not prepared. See why on the card, and retry.",
    )


def _effects(deal: Deal, name: str) -> list[Effect]:
    return [effect for effect in deal.effects.values() if (effect.kind, effect.name) == (DOCUMENT, name)]


def _plan(turn: Turn, name: str, rule: DocumentRule, by: str, *, yields: bool = False) -> None:
    """Plans it; what failed before is planned anew under its key, with what the card says now."""
    before = next(iter(_effects(turn.deal, name)), None)
    if before and before.trouble and before.trouble == turn.deal.attention:
        turn.emit(AttentionCleared(only=before.key), by=by)
    version = f"{turn.deal_id}/{turn.deal.seq + 1}/1"
    key = before.key if before else version
    detail: dict[str, JsonValue] = {
        "document": name,
        "template": rule.template,
        "data": _content(turn, rule).data,
    }
    if version != key:  # else it would come as it was recorded, or even filed, before it was given up
        detail["version"] = version
    for part in ("template_file", "numbers"):
        if value := getattr(rule, part):
            detail[part] = value
    turn.emit(EffectPlanned(key=key, kind=DOCUMENT, name=name, detail=detail, yields=yields), by=by)


def _content(turn: Turn, rule: DocumentRule) -> Content:
    organisation, company = turn.facts.organisation, turn.company
    data: dict[str, JsonValue] = {"title": rule.title.ru}
    data |= {name: value for name, path in rule.data.items() if is_filled(value := read(turn, path))}
    given, lines = _given_lines(turn, rule), _lines(turn, rule)
    if lines is not None:  # the amount of a deal is what is paid, tax and all
        data |= {"lines": lines, "vat_included": rule.vat_included or given is None}
    return Content(
        template=rule.template,
        date=organisation.calendar.local_day(turn.now),
        seller=side(organisation.name, organisation.requisites),
        buyer=side(company.name, company.fields) if company else side("", {}),
        data=data,
    )


def _lines(turn: Turn, rule: DocumentRule) -> JsonValue:
    """The document's lines: the card's, or the deal's amount as one line; None where it has none."""
    given, line = _given_lines(turn, rule), rule.line
    if given is not None or line is None or turn.deal.amount is None:
        return given
    return [
        {
            "title": line.title.ru,
            "quantity": "1",
            "unit": line.unit,
            "price": str(turn.deal.amount),
            "vat": line.vat,
        }
    ]


def _given_lines(turn: Turn, rule: DocumentRule) -> JsonValue:
    return (turn.deal.fields.get(rule.lines) or None) if rule.lines else None


def _problems(content: Content) -> list[DocumentProblem]:
    fields = fields_for(content)
    if isinstance(fields, list):
        return fields
    sides = (requisites_from("", content.seller), requisites_from("", content.buyer))
    return [*seller_problems(sides[0]), *buyer_problems(sides[1])]


def _said(problem: DocumentProblem, missing: list[str]) -> bool:
    """Whether the fields that are missing say it already."""
    side_of = problem.field.partition(".")[0]
    return (side_of == "buyer" and "company" in missing) or (problem.field == "lines" and bool(missing))


def _sum_differs(turn: Turn, content: Content) -> list[GateProblem]:
    """A document for another sum than the card's would be believed by whoever pays."""
    amount, total = turn.deal.amount, total_of(content)
    if amount is None or total is None or total == amount:
        return []
    lines, card = _money(total), _money(amount)
    message = Text(
        ru=f"Строки вместе {lines} ₽, а сумма сделки {card} ₽. Исправьте строки или сумму.",
        en=f"The lines come to {lines} RUB, the deal's amount is {card} RUB. Correct the lines or the amount.",
    )
    return [GateProblem(id="lines_total", message=message)]


def _money(value: Decimal) -> str:
    return f"{value:,.2f}".replace(",", " ")


def _among(value: JsonValue, file: JsonValue) -> JsonValue:
    """The files with this one: in place of its earlier version, which has the same name, or last."""
    assert isinstance(file, dict)
    others = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    names = [one.get("name") for one in others]
    if file["name"] not in names:
        return [*others, file]
    return [file if one.get("name") == file["name"] else one for one in others]
