"""What a new base starts with: units, goods, counterparties, users, and one offer with its file. All invented."""

from __future__ import annotations

import base64
from typing import Any

from onec_double.base import Base, Object
from onec_double.schema import CLIENTS, DEAL, GOODS, OFFER, OFFER_FILE, UNITS, USERS

DEMO_DEAL = "demo"
_PIECE, _METRE, _HOUR = (f"a1b2c3d4-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
_CLIENT = "c11e0000-0000-4000-8000-000000000001"
_GOODS = (
    ("00-00000101", "Манометр МП-100, 0–1,6 МПа", _PIECE, "НДС22", 1840.00),
    ("00-00000102", "Датчик давления ДД-20, 4–20 мА", _PIECE, "НДС22", 12650.50),
    ("00-00000103", "Кабель монтажный МКЭШ 2×0,75", _METRE, "НДС22", 86.40),
    ("00-00000104", "Шкаф управления ШУ-3 «Север»", _PIECE, "НДС22", 148900.00),
    ("00-00000105", "Учебное пособие «Поверка манометров»", _PIECE, "НДС10", 770.00),
    ("00-00000201", "Пусконаладочные работы", _HOUR, "БезНДС", 3200.00),
)
_LINES = ((0, 12), (1, 4), (2, 250.5), (5, 16))
# The smallest PDF that readers open: one empty page.
_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def fill(base: Base) -> None:
    """Fills an empty base; one that has goods is left as it is."""
    if base.all(GOODS):
        return
    for ref, title in ((_PIECE, "шт"), (_METRE, "м"), (_HOUR, "ч")):
        base.create(UNITS, {"Ref_Key": ref, "Description": title}, by="seed")
    user = "5d0e6c1a-0000-4000-8000-000000000001"
    base.create(USERS, {"Ref_Key": user, "Description": "Логистов Пётр"}, by="seed")
    client = {"Ref_Key": _CLIENT, "Description": "ООО «Ромашка»", "ИНН": "7707083893", "КПП": "770701001"}
    base.create(CLIENTS, client, by="seed")
    base.create(GOODS, {"Description": "Приборы", "Code": "00-00000001", "IsFolder": True}, by="seed")
    for number, (code, title, unit, vat, _) in enumerate(_GOODS, 1):
        values = {"Ref_Key": _item(number), "Code": code, "Description": title, "СтавкаНДС": vat}
        base.create(GOODS, {**values, "ЕдиницаИзмерения_Key": unit}, by="seed")
    add_offer(base, DEMO_DEAL, by="seed")


def add_offer(
    base: Base, deal: str, lines: list[dict[str, Any]] | None = None, *, posted: bool = True, by: str = "user"
) -> Object:
    """A posted offer for the deal, as a manager would make it in 1C, with a PDF attached."""
    rows = lines if lines is not None else [_line(number, *line) for number, line in enumerate(_LINES, 1)]
    values = {
        "Date": f"2026-02-0{1 + len(base.all(OFFER)) % 9}T10:00:00",
        "Posted": posted,
        "Контрагент_Key": _CLIENT,
        "СуммаДокумента": round(sum(row["Сумма"] for row in rows), 2),
        DEAL: deal,
        "Товары": rows,
    }
    offer = base.create(OFFER, values, by)
    file = {
        "Description": f"КП {offer['Number']}",
        "Расширение": "pdf",
        "Размер": len(_PDF),
        "ДатаСоздания": offer["Date"],
        "ВладелецФайла_Key": offer["Ref_Key"],
        "ФайлХранилище_Type": "application/octet-stream",
        "ФайлХранилище_Base64Data": base64.encodebytes(_PDF).decode(),
    }
    base.create(OFFER_FILE, file, by)
    return offer


def _line(number: int, good: int, quantity: float) -> dict[str, Any]:
    _, _, _, vat, price = _GOODS[good]
    return {
        "LineNumber": str(number),
        "Номенклатура_Key": _item(good + 1),
        "Количество": quantity,
        "Цена": price,
        "СтавкаНДС": vat,
        "Сумма": round(price * quantity, 2),
    }


def _item(number: int) -> str:
    return f"90000000-0000-4000-8000-{number:012}"
