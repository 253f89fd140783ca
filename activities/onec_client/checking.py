"""Holds the mapping against a living 1C: reads one object of everything it names, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from activities.onec_client.errors import Denied, NotConfigured, OneCError, Unavailable
from activities.onec_client.odata import OData, Select
from domain.onec_mapping import Mapping, Shown, written_requisites

_STANDARD = ("Ref_Key", "DataVersion", "DeletionMark")


async def check(odata: OData, mapping: Mapping) -> list[str]:
    """Each place of the mapping that this 1C refuses, with 1C's own words. Empty: all is well."""
    problems = []
    for place, entity, fields in _named(mapping):
        try:
            if said := await _refused(odata, entity, _STANDARD):
                problems.append(f"{place}.entity: {said}")
                continue
            for field in fields:
                if said := await _refused(odata, entity, (field,)):
                    problems.append(f"{place}: `{field}` of {entity}: {said}")
        except (Unavailable, Denied, NotConfigured) as error:
            return [*problems, str(error)]  # the rest would only say the same
    return problems


async def _refused(odata: OData, entity: str, fields: tuple[str, ...]) -> str | None:
    try:
        await odata.select(Select(entity, fields=fields, top=1))
    except (Unavailable, Denied, NotConfigured):
        raise
    except OneCError as error:
        return str(error)
    return None


def _named(mapping: Mapping) -> Iterator[tuple[str, str, list[str]]]:
    """(place in the file, entity, requisites) of everything the mapping names."""
    goods, offer, task = mapping.nomenclature, mapping.offer, mapping.task
    own = (goods.code, goods.title, goods.vat, goods.price, goods.unit.field if goods.unit else None)
    yield "nomenclature", goods.entity, [field for field in own if field]
    for place, unit in (("nomenclature.unit", goods.unit), ("offer.lines.unit", offer.lines.unit)):
        yield from _reference(place, unit)
    head = (offer.deal, offer.number, offer.date, offer.amount, offer.lines.section)
    yield "offer", offer.entity, [field for field in head if field]
    if offer.file:
        file = offer.file
        parts = (file.owner, file.data, file.name, file.extension, file.date, *file.constants)
        yield "offer.file", file.entity, [field for field in parts if field]
    written = [requisite for _, requisite in written_requisites(task)]
    yield "task", task.entity, [*written, *task.constants]


def _reference(place: str, shown: Shown | None) -> Iterator[tuple[str, str, list[str]]]:
    if shown and shown.entity:
        yield place, shown.entity, [shown.title]
