"""The mapping file: the shipped one is whole, and everything wrong is said at once in words."""

from __future__ import annotations

import re

import pytest

from activities.onec_client.mapping_file import InvalidMapping, load_mapping
from domain.onec_mapping import Mapping, Shown
from tests.onec.conftest import MAPPING

TEXT = MAPPING.read_text()


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidMapping) as caught:
        load_mapping(text, "m.yaml")
    assert str(caught.value).count("m.yaml: ") == len(caught.value.problems)
    return caught.value.problems


def test_the_shipped_mapping_is_whole(mapping: Mapping) -> None:
    assert mapping.task.key == "ВоронкаКлюч"
    assert mapping.vat["БезНДС"] == "none"
    assert mapping.nomenclature.unit == Shown(
        field="ЕдиницаИзмерения_Key", entity="Catalog_УпаковкиЕдиницыИзмерения", title="Description"
    )


def test_every_key_is_explained_in_the_shipped_file() -> None:
    """Whoever maps another configuration finds each possible key in it."""
    for model in ("nomenclature", "offer", "task"):
        for key in Mapping.model_fields[model].annotation.model_fields:  # type: ignore[union-attr]
            assert re.search(rf"^  {key}:", TEXT, re.MULTILINE), f"{model}.{key}"


def test_all_problems_at_once() -> None:
    broken = TEXT
    for right, wrong in [
        ("time_zone: Europe/Moscow", "time_zone: Moskow"),
        ("  key: ВоронкаКлюч", "  kay: ВоронкаКлюч"),
        ("entity: Document_Ком", "entity: Ком"),
        ("code: Code", "code: Code eq 1 or Code"),
        ("title: Description}", "titel: Description}"),
        ('НДС7: "7"', "НДС7: семь"),
        ("logist: 5d0e6c1a-", "logist: 5d-"),
        ("title_length: 150", "title_length: 3"),
    ]:
        assert right in broken, right
        broken = broken.replace(right, wrong, 1)
    assert problems(broken) == [
        "time_zone: there is no time zone `Moskow`; write it as `Europe/Moscow`",
        "nomenclature.code: `Code eq 1 or Code` is not the name of a requisite: letters, digits and _ only",
        "nomenclature.unit.titel: unknown key. Did you mean `title`?",
        "offer.entity: `КоммерческоеПредложениеКлиенту` is not the name of a document, such as "
        "Document_КоммерческоеПредложениеКлиенту",
        "task.key: is missing",
        "task.title_length: Input should be greater than or equal to 20",
        "task.kay: unknown key. Did you mean `key`?",
        'vat.НДС7: `семь` is not a rate in percent in quotes, such as "20" or "20/120", or none',
        "employees.logist: `5d-0000-4000-8000-000000000001` is not a GUID such as "
        "5d0e6c1a-0000-4000-8000-000000000001",
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        (
            "  deadline: СрокИсполнения",
            "  deadline: ВоронкаКлюч",
            "task.deadline: `ВоронкаКлюч` is `key` already",
        ),
        (
            "  constants: {}\n\n",
            "  constants: {Description: x}\n\n",
            "task.constants: `Description` is filled by `title`",
        ),
        ("  assignee: {", "  #assignee: {", "employees: nobody would be assigned"),
        ("НДС22:", "НДС22:\n  НДС22:", "not valid YAML: line .*`НДС22` stands here twice"),
        ("  lines: #", "  lines: [] #", "offer.lines: must hold keys and values|not valid YAML"),
        ("time_zone: Europe/Moscow", "time_zone: ../../etc/passwd", "there is no time zone"),
        ("time_zone: Europe/Moscow", "time_zone: &a Europe/Moscow\nx: *a", "write the value again"),
    ],
)
def test_contradictions(right: str, wrong: str, problem: str) -> None:
    assert right in TEXT
    assert re.search(problem, "\n".join(problems(TEXT.replace(right, wrong, 1))))


def test_rates_need_an_explanation() -> None:
    text = TEXT[: TEXT.index("\nvat:")] + TEXT[TEXT.index("\nemployees:") :]
    assert problems(text) == [
        "vat: says what 1C's VAT rates mean, and is needed because a requisite with the rate is named"
    ]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "просто текст", "a: [", "\x00", "[" * 5000, "x" * 200_001, "a: !!python/name:os.system"],
)
def test_what_is_no_mapping_at_all(text: str) -> None:
    assert len(problems(text)) == 1


@pytest.mark.parametrize("unit", ["ЕдиницаИзмерения", "{field: ЕдиницаИзмерения}"])
def test_a_unit_that_is_a_text(unit: str) -> None:
    text = re.sub(r"  unit: \{.*\}", f"  unit: {unit}", TEXT)
    assert load_mapping(text, "m.yaml").nomenclature.unit == Shown(field="ЕдиницаИзмерения")
