"""Pulling from 1C: nomenclature, and the offer of a deal with its lines and its file."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from activities.onec_client.errors import BadAnswer
from activities.onec_client.odata import OData, Row, Select, guid, text
from activities.onec_client.reading import Reader
from activities.onec_client.shapes import Content, Item, Line, Offer
from domain.onec_mapping import Mapping, OfferFile, Shown

BATCH = 20  # conditions in one filter, so that addresses stay below 4 KB
MOST_LINES = 1000
MAX_FILE_BYTES = 20_000_000
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


class Trade:
    """Reads catalogs and documents. Errors: those of `activities.onec_client.errors`."""

    def __init__(self, odata: OData, mapping: Mapping) -> None:
        self._odata = odata
        self._mapping = mapping

    async def search(self, query: str, limit: int) -> list[Item]:
        """Items whose title or code has the text in it, by title, at most `limit`."""
        goods = self._mapping.nomenclature
        has = f"(substringof({text(query)},{goods.title}) or substringof({text(query)},{goods.code}))"
        select = Select(goods.entity, self._goods(has), self._item_fields(), goods.title, top=limit)
        return await self._items(await self._odata.select(select))

    async def by_codes(self, codes: Sequence[str]) -> list[Item]:
        """The items of these codes in their order; codes that 1C does not know are left out."""
        goods = self._mapping.nomenclature
        literals = [text(code) for code in dict.fromkeys(codes)]
        found = await self._items(await self._any_of(goods.entity, goods.code, literals, self._item_fields()))
        items: dict[str, Item] = {}
        for item in found:
            items.setdefault(item.code, item)
        return [items[code] for code in dict.fromkeys(codes) if code in items]

    async def offer(self, deal: str) -> Offer | None:
        """The newest offer with this deal's key; None where 1C has none."""
        map = self._mapping.offer
        where = f"{map.deal} eq {text(deal)} and DeletionMark eq false"
        where += " and Posted eq true" if map.posted_only else ""
        # No `$select`: not every release of the platform selects tabular sections.
        rows = await self._odata.select(Select(map.entity, where, order=f"{map.date} desc", top=1))
        return await self._read_offer(rows[0], deal) if rows else None

    async def _read_offer(self, row: Row, deal: str) -> Offer:
        map, document = self._mapping.offer, Reader(self._mapping.offer.entity, row)
        ref = document.reference("Ref_Key")
        if ref is None or document.text(map.deal) != deal:
            raise document.wrong(map.deal, "the deal that was asked for; does something rewrite our filter?")
        return Offer(
            ref=ref,
            number=document.text(map.number),
            date=document.moment(map.date, ZoneInfo(self._mapping.time_zone)),
            amount=document.number(map.amount) if map.amount else None,
            version=document.version(),
            lines=await self._lines(document),
            file=await self._file(map.file, ref) if map.file else None,
        )

    async def _lines(self, document: Reader) -> tuple[Line, ...]:
        map = self._mapping.offer.lines
        rows = document.lines(map.section, MOST_LINES)
        refs = [row.reference(map.item) for row in rows]
        items = await self._items_by_ref([ref for ref in refs if ref])
        units = await self._titles(map.unit, rows)
        lines = []
        for row, ref in zip(rows, refs, strict=True):
            if ref is None or ref not in items:
                raise row.wrong(map.item, "an item of the nomenclature that this user of 1C may see")
            item = items[ref]
            line = Line(
                code=item.code,
                title=item.title,
                quantity=row.number(map.quantity),
                unit=self._shown(map.unit, row, units) or item.unit,
                price=row.number(map.price),
                vat=self._rate(row, map.vat) if map.vat else item.vat,
            )
            lines.append(line)
        return tuple(lines)

    async def _file(self, map: OfferFile, owner: str) -> Content | None:
        constants = "".join(f" and {name} eq {_literal(value)}" for name, value in map.constants.items())
        where = f"{map.owner} eq {guid(owner)} and DeletionMark eq false{constants}"
        names = ("Ref_Key", "DataVersion", map.owner, map.name, map.data, map.extension)
        fields = [name for name in names if name]
        order = f"{map.date} desc" if map.date else ""
        # base64 takes four bytes for three; the rest of the answer is small
        rows = await self._odata.select(
            Select(map.entity, where, fields, order, top=1), MAX_FILE_BYTES * 4 // 3 + 65536
        )
        if not rows:
            return None
        row = Reader(map.entity, rows[0])
        ref = row.reference("Ref_Key")
        if ref is None or row.reference(map.owner) != owner:
            raise row.wrong(map.owner, "the offer whose file was asked for")
        content = _decode(rows[0].get(map.data), row, map.data)
        name = _file_name(row.text(map.name), row.text(map.extension) if map.extension else "")
        return Content(ref=ref, name=name, version=row.version(), content=content) if content else None

    async def _items_by_ref(self, refs: Iterable[str]) -> dict[str, Item]:
        literals = [guid(ref) for ref in dict.fromkeys(refs)]
        entity = self._mapping.nomenclature.entity
        rows = await self._any_of(entity, "Ref_Key", literals, self._item_fields(), also_deleted=True)
        return {item.ref: item for item in await self._items(rows)}

    async def _any_of(
        self,
        entity: str,
        field: str,
        literals: Sequence[str],
        fields: Sequence[str],
        *,
        also_deleted: bool = False,
    ) -> list[Row]:
        rows: list[Row] = []
        for start in range(0, len(literals), BATCH):
            batch = literals[start : start + BATCH]
            anyone = " or ".join(f"{field} eq {literal}" for literal in batch)
            where = anyone if also_deleted else self._goods(f"({anyone})")
            # Codes need not be unique (each group may count by itself), so there may be more rows than conditions.
            rows += await self._odata.select(Select(entity, where, fields, top=len(batch) * 5))
        return rows

    def _goods(self, condition: str) -> str:
        folders = " and IsFolder eq false" if self._mapping.nomenclature.groups else ""
        return f"{condition} and DeletionMark eq false{folders}"

    def _item_fields(self) -> list[str]:
        goods = self._mapping.nomenclature
        fields = [
            "Ref_Key",
            goods.code,
            goods.title,
            goods.unit.field if goods.unit else None,
            goods.vat,
            goods.price,
        ]
        return [field for field in fields if field]

    async def _items(self, rows: list[Row]) -> list[Item]:
        goods = self._mapping.nomenclature
        readers = [Reader(goods.entity, row) for row in rows]
        units = await self._titles(goods.unit, readers)
        return [
            Item(
                ref=row.reference("Ref_Key") or "",
                code=row.text(goods.code),
                title=row.text(goods.title),
                unit=self._shown(goods.unit, row, units),
                price=row.number(goods.price) if goods.price else None,
                vat=self._rate(row, goods.vat) if goods.vat else None,
            )
            for row in readers
        ]

    async def _titles(self, shown: Shown | None, rows: Sequence[Reader]) -> dict[str, str]:
        """What to show for each reference; empty where there is nothing to look up."""
        if shown is None or shown.entity is None:
            return {}
        refs = dict.fromkeys(ref for row in rows if (ref := row.reference(shown.field)))
        literals = [guid(ref) for ref in refs]
        found = await self._any_of(
            shown.entity, "Ref_Key", literals, ["Ref_Key", shown.title], also_deleted=True
        )
        readers = [Reader(shown.entity, row) for row in found]
        return {row.reference("Ref_Key") or "": row.text(shown.title) for row in readers}

    def _shown(self, shown: Shown | None, row: Reader, titles: dict[str, str]) -> str:
        if shown is None:
            return ""
        if shown.entity is None:
            return row.text(shown.field)
        ref = row.reference(shown.field)
        return titles.get(ref, "") if ref else ""

    def _rate(self, row: Reader, field: str) -> str | None:
        value = row.text(field)
        if not value:
            return None
        if value not in self._mapping.vat:
            raise BadAnswer(
                f"1C names the VAT rate `{value[:50]}`, which the mapping does not explain under `vat`"
            )
        return self._mapping.vat[value]


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else text(str(value))


def _decode(value: object, row: Reader, field: str) -> bytes:
    try:
        content = base64.b64decode("".join(value.split()), validate=True) if isinstance(value, str) else None
    except (binascii.Error, ValueError):
        content = None
    if content is None:
        raise row.wrong(field, "a file in base64")
    if len(content) > MAX_FILE_BYTES:
        raise row.wrong(field, f"a file of at most {MAX_FILE_BYTES} bytes")
    return content


def _file_name(title: str, extension: str) -> str:
    name = _NOT_IN_NAMES.sub("_", title).strip(". ")[:150] or "offer"
    ending = _NOT_IN_NAMES.sub("", extension).strip(". ").lower()[:10]
    return name if not ending or name.lower().endswith("." + ending) else f"{name}.{ending}"


def media_type(name: str) -> str:
    """The media type that a file's name promises."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
