"""Nomenclature and offers from 1C: right to the kopeck, and nothing half-read."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest

from activities.onec import OneC
from activities.onec_client.errors import BadAnswer, Rejected
from activities.onec_client.shapes import Line
from domain.onec_mapping import Mapping
from tests.onec.double import Double

GOODS = "Catalog_Номенклатура"


def offer_for(double: Double, **more: Any) -> str:
    """A deal with an offer in 1C."""
    deal = str(uuid.uuid4())
    double.control("POST", "offers", {"deal": deal, **more})
    return deal


async def test_finds_goods_by_a_part_of_the_title_in_any_case(onec: OneC) -> None:
    items = await onec.pull_nomenclature("манометр")
    assert [(item.code, item.title, item.unit, item.vat, item.price) for item in items] == [
        ("00-00000101", "Манометр МП-100, 0–1,6 МПа", "шт", "22", None),
        ("00-00000105", "Учебное пособие «Поверка манометров»", "шт", "10", None),
    ]


async def test_groups_are_no_goods_and_a_limit_is_kept(onec: OneC) -> None:
    assert await onec.pull_nomenclature("Приборы") == []
    assert len(await onec.pull_nomenclature("", limit=2)) == 2
    assert len(await onec.pull_nomenclature("")) == 6


@pytest.mark.parametrize(
    "query", ["' or true or '", "%", "a&$top=1", "+", "#", "\\", "ъ" * 100, "') or (Code eq '"]
)
async def test_what_people_type_is_only_text(onec: OneC, query: str) -> None:
    assert await onec.pull_nomenclature(query) == []


async def test_goods_by_codes_come_in_their_order_without_unknown_ones(onec: OneC) -> None:
    codes = ["00-00000201", "нет'такого", "00-00000103", "00-00000201", *(f"x{n}" for n in range(60))]
    items = await onec.pull_nomenclature(codes=codes)
    assert [(item.code, item.unit, item.vat) for item in items] == [
        ("00-00000201", "ч", "none"),
        ("00-00000103", "м", "22"),
    ]


async def test_the_offer_comes_with_lines_and_file(onec: OneC, double: Double) -> None:
    deal = offer_for(double)
    offer = await onec.pull_offer(deal)
    assert offer
    assert offer.lines[1:3] == (
        Line(
            code="00-00000102",
            title="Датчик давления ДД-20, 4–20 мА",
            quantity=Decimal(4),
            unit="шт",
            price=Decimal("12650.5"),
            vat="22",
        ),
        Line(
            code="00-00000103",
            title="Кабель монтажный МКЭШ 2×0,75",
            quantity=Decimal("250.5"),
            unit="м",
            price=Decimal("86.4"),
            vat="22",
        ),
    )
    assert offer.amount == sum(line.price * line.quantity for line in offer.lines) == Decimal("145525.2")
    assert offer.file
    assert offer.file.name == f"КП {offer.number}.pdf"
    assert offer.file.content.startswith(b"%PDF-1.4")
    assert offer.date
    assert offer.date.utcoffset() is not None


async def test_the_newest_posted_offer_counts(onec: OneC, double: Double) -> None:
    deal = offer_for(double)
    first = await onec.pull_offer(deal)
    newer = double.control("POST", "offers", {"deal": deal})
    double.control("POST", "offers", {"deal": deal, "posted": False})
    offer = await onec.pull_offer(deal)
    assert offer
    assert first
    assert (offer.number, offer.ref != first.ref) == (newer["Number"], True)


async def test_no_offer_yet(onec: OneC, double: Double) -> None:
    assert await onec.pull_offer(str(uuid.uuid4())) is None
    assert await onec.pull_offer(offer_for(double, posted=False)) is None


async def test_an_offer_without_file_or_lines(onec: OneC, double: Double) -> None:
    deal = offer_for(double, lines=[])
    double.fault("rows", rows=[], address="ПрисоединенныеФайлы")
    offer = await onec.pull_offer(deal)
    assert offer
    assert offer.lines == ()
    assert offer.file is None


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"Количество": "много"}, "Товары, line 1: `Количество` should be a number"),
        ({"Количество": True}, "`Количество` should be a number"),
        ({"Цена": None}, "line 1: `Цена` should be a number"),
        ({"Цена": {"сумма": 1}}, "`Цена` should be a number"),
        ({"Цена": "1e30"}, "`Цена` should be a number"),
        ({"Цена": "NaN"}, "`Цена` should be a number"),
        ({"СтавкаНДС": "НДС23"}, "VAT rate `НДС23`, which the mapping does not explain"),
        ({"Номенклатура_Key": "00000000-0000-0000-0000-000000000000"}, "an item of the nomenclature"),
        ({"Номенклатура_Key": str(uuid.uuid4())}, "an item of the nomenclature"),
        ({"Товары": "строки"}, "the lines of a tabular section"),
        ({"Товары": [{}] * 1001}, "at most 1000 lines"),
        ({"Товары": [{"Количество": 1}]}, "line 1: the answer has no `Номенклатура_Key`"),
        ({"ВоронкаСделка": "чужая"}, "the deal that was asked for"),
        ({"Date": "31.01.2026"}, "`Date` should be a date"),
        ({"Description": ["x"]}, "`Description` should be a text"),
        ({"ФайлХранилище_Base64Data": "не base64"}, "a file in base64"),
        ({"ФайлХранилище_Base64Data": None}, "a file in base64"),
        ({"ВладелецФайла_Key": str(uuid.uuid4())}, "the offer whose file was asked for"),
    ],
)
async def test_rubbish_in_an_offer_is_named(
    onec: OneC, double: Double, values: dict[str, Any], says: str
) -> None:
    deal = offer_for(double)
    double.fault("values", values=values, times=None)
    with pytest.raises(BadAnswer, match=says):
        await onec.pull_offer(deal)
    double.well()


async def test_numbers_written_as_texts_are_read(onec: OneC, double: Double) -> None:
    deal = offer_for(double)
    double.fault("values", values={"Цена": "1840.10", "Количество": "3"}, address="Document_")
    offer = await onec.pull_offer(deal)
    assert offer
    assert (offer.lines[0].price, offer.lines[0].quantity) == (Decimal("1840.10"), Decimal(3))


async def test_file_names_cannot_leave_their_folder(onec: OneC, double: Double) -> None:
    deal = offer_for(double)
    double.fault("values", values={"Description": "../../etc/\x00a<b>.PDF"}, address="ПрисоединенныеФайлы")
    offer = await onec.pull_offer(deal)
    assert offer
    assert offer.file
    assert offer.file.name == "_.._etc_a_b_.PDF"


async def test_what_1c_does_not_publish_is_named(double: Double, mapping: Mapping) -> None:
    goods = mapping.nomenclature.model_copy(update={"entity": "Catalog_Товары"})
    async with double.client() as client:
        with pytest.raises(Rejected, match=r"does not publish this: Тип сущности 'Catalog_Товары' не найден"):
            await OneC(client, mapping.model_copy(update={"nomenclature": goods})).pull_nomenclature("x")


async def test_check_holds_the_mapping_against_1c(onec: OneC, double: Double, mapping: Mapping) -> None:
    before = double.ledger()
    assert await onec.check() == []
    lines = mapping.offer.model_copy(update={"entity": "Document_Предложение"})
    task = mapping.task.model_copy(update={"key": "НашКлюч"})
    wrong = mapping.model_copy(update={"offer": lines, "task": task})
    async with double.client() as client:
        problems = await OneC(client, wrong).check()
    assert len(problems) == 2
    assert problems[0].startswith(
        "offer.entity: 1C does not publish this: Тип сущности 'Document_Предложение'"
    )
    assert (
        problems[1] == "task: `НашКлюч` of Task_ЗадачаИсполнителя: 1C refused: Свойство 'НашКлюч' не найдено"
    )
    async with double.client(password="wrong") as client:
        assert len(await OneC(client, mapping).check()) == 1, "once is enough"
    assert double.ledger() == before, "checking writes nothing"
