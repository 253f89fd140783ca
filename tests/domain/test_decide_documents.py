"""Documents: what they need, what is planned, where they land, and what happens when one cannot be made."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import JsonValue

from domain import commands as cmd
from domain import events as ev
from domain.base import Text
from domain.decide.documents import lacking_for
from domain.decide.turn import Moment, Turn
from domain.definition import Pipeline
from domain.facts import Facts
from domain.work_parts import DocumentLine, DocumentRule
from tests.documents.samples import SELLER
from tests.domain.builders import DEAL, FILES, Desk, facts, small, told, types

STAGES = """
new: {}
billing:
  rules: [{document: bill, when: {note: {contains: auto}}}]
  messages:
    hello: {title: {ru: Привет, en: Hello}, subject: {ru: П, en: H}, text: {ru: П, en: H}}
won: {kind: won, rules: [{document: letter}]}
lost: {kind: lost}
"""
FIELDS = {"goods": "lines", "note": "text", "bill": "file", "papers": "files"}
MADE = {"id": "made", "name": "Счёт № 1 от 23.11.2026.pdf"}
WRONG: list[dict[str, Any]] = [
    {"price": -1},
    {"price": "NaN"},
    {"vat": 21},
    {"colour": "red"},
    {"quantity": 0},
]
LINES: list[JsonValue] = [{"title": "Pump", "quantity": 2, "price": 100.5, "vat": 22}]


def text(said: str) -> Text:
    return Text(ru=said, en=said)


def definition() -> Pipeline:
    line = DocumentLine(title=text("Work"), vat="22")
    parts = {
        "bill": DocumentRule(
            title=text("Bill"),
            template="invoice",
            field="bill",
            stages=("billing",),
            lines="goods",
            line=line,
        ),
        "letter": DocumentRule(
            title=text("Letter"),
            template="letter",
            field="papers",
            needs=("note", "company.inn"),
            data={"subject": "note", "sum": "amount"},
            numbers="mail",
        ),
        "act": DocumentRule(
            title=text("Act"), template="act", field="papers", lines="goods", vat_included=False
        ),
    }
    return small(STAGES, **FIELDS).model_copy(update={"documents": parts})


def known(**company: Any) -> Facts:
    """Our own requisites are complete."""
    there = facts(**company)
    organisation = there.organisation.model_copy(update={"requisites": SELLER})
    return there.model_copy(update={"organisation": organisation})


def billing(**opened: Any) -> Desk:
    desk = Desk(definition(), known(inn="7707083893")).open(**{"company": "romashka", **opened})
    desk.move("billing")
    return desk


def prepare(desk: Desk, document: str) -> ev.EffectPlanned:
    """What is planned when sales asks for the document."""
    [planned] = [
        event for event in desk.do(cmd.PrepareDocument(document=document)) if event.type == "effect_planned"
    ]
    assert isinstance(planned, ev.EffectPlanned)
    return planned


def made(desk: Desk, planned: ev.EffectPlanned, **file: str) -> list[ev.Event]:
    result: dict[str, Any] = {"file": MADE | file}
    return desk.do(cmd.EffectResult(key=planned.key, result=result), "system")


def test_a_document_is_planned_once_and_lands_in_its_field() -> None:
    desk = billing(amount=500, fields={"goods": []})
    planned = prepare(desk, "bill")
    assert (planned.kind, planned.name, planned.key) == ("document", "bill", f"{DEAL}/{desk.deal.seq}/1")
    line = {"title": "Work", "quantity": "1", "unit": "усл.", "price": "500.00", "vat": "22"}
    data = {"title": "Bill", "lines": [line], "vat_included": True}
    assert planned.detail == {"document": "bill", "template": "invoice", "data": data}
    busy = desk.refused(cmd.PrepareDocument(document="bill"))
    assert (busy.code, "уже готовится" in busy.message.ru) == ("nothing_to_do", True)
    assert types(made(desk, planned)) == ["effect_done", "filled"]
    assert desk.deal.fields["bill"] == MADE
    assert types(made(desk, planned)) == []  # heard twice
    again = prepare(desk, "bill")
    assert again.key != planned.key


def test_it_says_at_once_everything_that_is_missing() -> None:
    desk = Desk(definition(), facts(inn="7707083894", kpp="1")).open()
    desk.move("billing")
    refusal = desk.refused(cmd.PrepareDocument(document="bill"))
    assert (refusal.code, refusal.missing) == ("missing_fields", ("company", "amount"))
    assert [gate.id for gate in refusal.gates][:3] == ["seller.inn", "seller.kpp", "seller.address"]
    assert not [gate.id for gate in refusal.gates if gate.id.startswith(("buyer", "lines"))]
    for words in ("Заполните: компания, сумма.", "Не указано у продавца: ИНН."):
        assert words in refusal.message.ru
    desk.do(cmd.Fill(company="romashka", amount=5))  # type: ignore[arg-type]
    desk.facts = desk.facts.model_copy(update={"organisation": known().organisation})
    wrong = desk.refused(cmd.PrepareDocument(document="bill"))
    assert (wrong.code, wrong.missing) == ("gate_not_met", ())
    assert [gate.id for gate in wrong.gates] == ["buyer.inn", "buyer.kpp"]


def test_lines_are_the_cards_and_agree_with_its_amount() -> None:
    desk = billing(amount=200, fields={"goods": LINES})
    kept = [{"title": "Pump", "quantity": "2", "unit": "шт.", "price": "100.5", "vat": "22"}]
    assert desk.deal.fields["goods"] == kept
    refusal = desk.refused(cmd.PrepareDocument(document="bill"))
    assert [gate.id for gate in refusal.gates] == ["lines_total"]
    assert "201.00" in refusal.message.ru
    assert "200.00" in refusal.message.en
    desk.do(cmd.Fill(amount=201))  # type: ignore[arg-type]
    data = prepare(desk, "bill").detail["data"]
    assert data == {"title": "Bill", "lines": kept, "vat_included": True}


def test_tax_may_come_on_top_of_the_lines() -> None:
    desk = billing(fields={"goods": LINES})
    assert prepare(desk, "act").detail["data"]["vat_included"] is False  # type: ignore[index, call-overload]
    desk = billing(amount=201, fields={"goods": LINES})
    assert [gate.id for gate in desk.refused(cmd.PrepareDocument(document="act")).gates] == ["lines_total"]
    desk.do(cmd.Fill(amount="245.22"))  # type: ignore[arg-type]
    prepare(desk, "act")
    desk = billing(amount=201)
    assert desk.refused(cmd.PrepareDocument(document="act")).missing == ("goods",)


@pytest.mark.parametrize(
    "lines",
    ["x", {}, [{}], [1], True, *([{"title": "A", "price": 1, **wrong}] for wrong in WRONG)],
)
def test_what_is_no_list_of_lines_is_refused(lines: Any) -> None:
    refusal = billing().refused(cmd.Fill(fields={"goods": lines}))
    assert (refusal.code, refusal.missing) == ("invalid_value", ("goods",))


def test_the_template_gets_what_the_card_has() -> None:
    desk = billing(amount="10.5")
    assert desk.refused(cmd.PrepareDocument(document="letter")).missing == ("note",)
    desk.do(cmd.Fill(fields={"note": "Pumps"}))
    planned = prepare(desk, "letter")
    data = {"title": "Letter", "subject": "Pumps", "sum": "10.50"}
    assert planned.detail == {"document": "letter", "template": "letter", "numbers": "mail", "data": data}


def test_among_several_files_a_version_takes_the_place_of_the_earlier_one() -> None:
    desk = billing(fields={"note": "x", "papers": [FILES[0], FILES[1]]})
    made(desk, prepare(desk, "letter"), name="Letter 1")
    made(desk, prepare(desk, "letter"), id="later", name="Letter 1")
    desk.do(cmd.Fill(fields={"goods": LINES}))
    made(desk, prepare(desk, "act"), id="act", name="Act 1")
    papers: Any = desk.deal.fields["papers"]
    assert [one["id"] for one in papers] == [FILES[0], FILES[1], "later", "act"]


def test_it_is_offered_at_its_stages_only_and_by_default_while_the_deal_is_open() -> None:
    desk = Desk(definition(), known()).open(company="romashka", amount=5)
    refusal = desk.refused(cmd.PrepareDocument(document="bill"))
    assert (refusal.code, refusal.allowed) == ("unknown_document", ("letter", "act"))
    desk.move("lost", reason="x")
    assert desk.refused(cmd.PrepareDocument(document="letter")).allowed == ()


def test_a_rule_has_it_made_or_tells_the_responsible_what_is_missing() -> None:
    desk = Desk(definition(), known()).open(fields={"note": "auto"})
    events = desk.move("billing")
    [notice] = [event for event in events if isinstance(event, ev.Notified)]
    assert (notice.to, notice.kind) == ("sales", "control")
    assert notice.text.ru.endswith("не подготовлен. Заполните: компания, сумма.")
    desk.do(cmd.Fill(company="romashka", amount=5))  # type: ignore[arg-type]
    desk.move("new")
    events = desk.move("billing")
    assert ("effect_planned", told(events)) == (types(events)[-1], [])
    assert desk.events[-1].by == "system"
    desk.move("new")
    assert "effect_planned" not in types(desk.move("billing"))  # it is under way


def test_what_a_rule_has_made_yields_to_what_somebody_has_attached_meanwhile() -> None:
    own = {"id": "offer.pdf", "name": "offer.pdf"}
    for by_rule, attached, kept in ((True, False, MADE), (True, True, own), (False, True, MADE)):
        note = "auto" if by_rule else "by hand"
        desk = Desk(definition(), known()).open(company="romashka", amount=5, fields={"note": note})
        desk.move("billing")
        if not by_rule:
            prepare(desk, "bill")
        [effect] = desk.deal.effects.values()
        if attached:
            desk.do(cmd.Fill(fields={"bill": "offer.pdf"}))
        desk.do(cmd.EffectResult(key=effect.key, result={"file": dict(MADE)}), "system")
        assert desk.deal.fields["bill"] == kept


def test_what_cannot_be_made_is_told_and_planned_anew_with_what_the_card_says_then() -> None:
    desk = billing(amount=500)
    planned = prepare(desk, "bill")
    failed = desk.do(cmd.EffectResult(key=planned.key, cause="нет шаблона"), "system")
    assert told(failed) == ["sales"]
    assert desk.deal.attention is not None
    desk.do(cmd.Fill(amount=700))  # type: ignore[arg-type]
    again = prepare(desk, "bill")
    assert (again.key, again.detail["version"]) == (planned.key, f"{DEAL}/{desk.deal.seq}/1")
    assert "version" not in planned.detail
    assert "700" in str(again.detail)
    assert desk.deal.attention is None
    assert desk.deal.effects[planned.key].cause is None
    assert types(made(desk, again)) == ["effect_done", "filled"]


def test_each_time_it_is_planned_anew_it_is_a_version_of_its_own() -> None:
    desk = billing(amount=500)
    versions = []
    for _ in range(3):
        planned = prepare(desk, "bill")
        versions.append(planned.detail.get("version", planned.key))
        desk.do(cmd.EffectResult(key=planned.key, cause="x"), "system")
    assert len(set(versions)) == 3
    assert list(desk.deal.effects) == [planned.key]


@pytest.mark.parametrize("first", ["document", "message"])
def test_a_message_given_up_stays_so_while_a_document_is_prepared_again(first: str) -> None:
    desk = billing(amount=500, contact={"email": "ivan@client.example"})
    desk.do(cmd.SendMessage(message="hello"))
    [mail] = desk.deal.effects
    bill = prepare(desk, "bill").key
    for key in (bill, mail) if first == "document" else (mail, bill):
        desk.do(cmd.EffectResult(key=key, cause="550", code="refused"), "system")
    events = desk.do(cmd.PrepareDocument(document="bill"))
    cleared = [event.only for event in events if isinstance(event, ev.AttentionCleared)]
    assert cleared == ([bill] if first == "message" else []), "only what the card spoke of is cleared"
    causes = {key: effect.cause for key, effect in desk.deal.effects.items()}
    assert causes == {mail: "550", bill: None}
    assert desk.deal.attention is not None
    assert "Hello" in desk.deal.attention.en
    assert types(desk.do(cmd.Retry())) == ["attention_cleared"]
    tried = desk.deal
    assert (tried.effects[mail].cause, tried.attention) == (None, None)


def test_a_document_that_the_definition_has_forgotten_changes_nothing() -> None:
    desk = billing(amount=500)
    planned = prepare(desk, "bill")
    desk.definition = small(STAGES.replace("document: bill", "notify: {to: head, text: x}"), **FIELDS)
    assert types(made(desk, planned)) == ["effect_done"]


def test_what_is_lacking_can_be_asked_without_changing_anything() -> None:
    desk = billing(amount=5)
    turn = Turn(desk.definition, desk.deal, Moment(now=desk.now, by="sales", deal=DEAL), desk.facts)
    rules = desk.definition.documents
    assert not lacking_for(turn, rules["bill"])
    assert lacking_for(turn, rules["letter"]).fields == ("note",)
    assert turn.events == []
