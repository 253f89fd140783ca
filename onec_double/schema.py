"""What this base publishes: entities with their requisites, as a configuration of 1C would have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["text", "number", "flag", "reference", "date", "table"]
EMPTY: Mapping[Kind, Any] = {
    "text": "",
    "number": 0,
    "flag": False,
    "reference": "00000000-0000-0000-0000-000000000000",
    "date": "0001-01-01T00:00:00",
}
KEY, DEAL = "ВоронкаКлюч", "ВоронкаСделка"
GOODS, UNITS = "Catalog_Номенклатура", "Catalog_УпаковкиЕдиницыИзмерения"
CLIENTS, USERS = "Catalog_Контрагенты", "Catalog_Пользователи"
OFFER = "Document_КоммерческоеПредложениеКлиенту"
OFFER_FILE = "Catalog_КоммерческоеПредложениеКлиентуПрисоединенныеФайлы"
TASK = "Task_ЗадачаИсполнителя"


@dataclass(frozen=True)
class Entity:
    """`tables` are tabular sections; `lengths` limit texts; `required` must not be empty."""

    kinds: Mapping[str, Kind]
    tables: Mapping[str, Mapping[str, Kind]] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    numbered: bool = False
    actions: tuple[str, ...] = ()

    def kind(self, name: str) -> Kind | None:
        """The kind of a requisite; None where there is no such requisite."""
        if name in ("Ref_Key",):
            return "reference"
        if name == "DataVersion":
            return "text"
        if name == "DeletionMark":
            return "flag"
        return "table" if name in self.tables else self.kinds.get(name)

    def names(self) -> list[str]:
        """All requisites in the order that answers have them."""
        return ["Ref_Key", "DataVersion", "DeletionMark", *self.kinds, *self.tables]


_ITEM: dict[str, Kind] = {
    "Parent_Key": "reference",
    "IsFolder": "flag",
    "Code": "text",
    "Description": "text",
    "Артикул": "text",
    "ЕдиницаИзмерения_Key": "reference",
    "СтавкаНДС": "text",
}
_LINE: dict[str, Kind] = {
    "LineNumber": "text",  # Int64, which 1C writes as a text
    "Номенклатура_Key": "reference",
    "Количество": "number",
    "Цена": "number",
    "СтавкаНДС": "text",
    "Сумма": "number",
}
_OFFER: dict[str, Kind] = {
    "Number": "text",
    "Date": "date",
    "Posted": "flag",
    "Контрагент_Key": "reference",
    "СуммаДокумента": "number",
    "Комментарий": "text",
    DEAL: "text",
}
_FILE: dict[str, Kind] = {
    "Code": "text",
    "Description": "text",
    "ВладелецФайла_Key": "reference",
    "Расширение": "text",
    "Размер": "number",
    "ДатаСоздания": "date",
    "ФайлХранилище_Type": "text",
    "ФайлХранилище_Base64Data": "text",
}
_TASK: dict[str, Kind] = {
    "Number": "text",
    "Date": "date",
    "BusinessProcess": "text",
    "Description": "text",
    "Executed": "flag",
    "Описание": "text",
    "Исполнитель": "text",
    "Исполнитель_Type": "text",
    "РольИсполнителя_Key": "reference",
    "СрокИсполнения": "date",
    "ДатаИсполнения": "date",
    "РезультатВыполнения": "text",
    KEY: "text",
    DEAL: "text",
}
SCHEMA: Mapping[str, Entity] = {
    GOODS: Entity(_ITEM, lengths={"Description": 100}, required=("Description",)),
    UNITS: Entity({"Code": "text", "Description": "text", "НаименованиеПолное": "text"}),
    CLIENTS: Entity({"Code": "text", "Description": "text", "ИНН": "text", "КПП": "text"}),
    USERS: Entity({"Description": "text"}),
    OFFER: Entity(_OFFER, {"Товары": _LINE}, numbered=True, actions=("Post", "Unpost")),
    OFFER_FILE: Entity(_FILE),
    TASK: Entity(
        _TASK,
        lengths={"Description": 150, KEY: 100, DEAL: 100},
        required=("Description",),
        numbered=True,
        actions=("ExecuteTask",),
    ),
}
