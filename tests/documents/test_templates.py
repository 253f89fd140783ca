"""DOCX from templates: data kept whole, faults named, attacks refused, loops stopped."""

from __future__ import annotations

import asyncio
import io
import time
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.rendering import word
from activities.rendering.builder import build
from activities.rendering.errors import RenderingFailed, RenderingRefused
from activities.rendering.language import legal_text
from activities.rendering.process import Job, check_template, render
from domain.documents.content import Content, fields_for
from tests.documents import samples
from tests.documents.samples import BUYER, HOSTILE_NAME, LINES, SELLER

TEMPLATES = Path("pipelines/templates")
ATTACKS: list[str] = [
    "{{ cycler.__init__.__globals__.os.getcwd() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ number.__class__ }}",
    "{{ number['__class__'] }}",
    "{{ number|attr('__class__') }}",
    "{{ lipsum.__globals__ }}",
    "{{ range(10) }}",
    "{{ dict(a=1) }}",
    "{{ url_for.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ request.application.__globals__ }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ number.__init__ }}",
    "{{ number.__doc__ }}",
    "{{ number.__reduce__ }}",
    "{{ [].__class__.__base__ }}",
    "{{ [1, 2, 3] }}",
    "{{ {'a': 1} }}",
    "{{ ()|attr('__class__') }}",
    "{{ ()['__class__'] }}",
    "{{ lines|join('')|e }}",
    "{{ lines|groupby('__class__') }}",
    "{{ lines|sort(attribute='__class__') }}",
    "{{ number|filesizeformat }}",
    "{{ number|urlize }}",
    "{{ number|pprint }}",
    "{{ number|center(10000000000) }}",
    "{{ '%s' % number }}",
    "{{ 1 // 0 }}",
    "{{ _private }}",
    "{{ loop.__class__ }}",
    "{% for a, b in lines.__class__ %}{% endfor %}",
    "{% for x in lines %}{{ loop.cycle('a') }}{% endfor %}",
    "{% if number is sameas number %}{% endif %}",
    "{% with x = number %}{{ x }}{% endwith %}",
    "{% block b %}{% endblock %}",
    "{% call number() %}{% endcall %}",
    "{% from 'a' import b %}",
    "{% do lines %}",
    "{% trans %}x{% endtrans %}",
    "{% raw %}{{ x }}",
    "{{ namespace(a=1) }}",
    "{{ number.format('x') }}",
    "{{ '{0.__class__}'|format(number) }}",
    "{{ seller.update({'name': 'x'}) }}",
    "{{ lines.append(1) }}",
    "{{ number|safe }}",
    "{{ lines|map(attribute='__class__')|list }}",
    "{{ number|upper|xmlattr }}",
    "{% autoescape false %}{{ number }}{% endautoescape %}",
    "{% import 'os' as os %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'x' %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}",
    "{% set x = 1 %}",
    "{% filter upper %}x{% endfilter %}",
    "{% for x in lines recursive %}{{ loop(lines) }}{% endfor %}",
    "{{ 'a' * 10000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ lines[0] }}",
    "{{ joiner() }}",
    "{{ debug }}{% debug %}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
]


def _render(template: bytes, **data: Any) -> str:
    return samples.word_text(word.render(template, data))


def _fields(template: str, **data: Any) -> dict[str, Any]:
    content = {"template": template, "date": "2026-03-02", "seller": SELLER, "buyer": BUYER, "data": data}
    fields = fields_for(Content.model_validate(content), "7")
    assert isinstance(fields, dict), fields
    return fields


def _faults(template: bytes, **data: Any) -> dict[str, str]:
    with pytest.raises(RenderingRefused) as refused:
        word.render(template, data)
    return {found.field: found.message.en for found in refused.value.problems}


async def test_the_demo_contract() -> None:
    source = (TEMPLATES / "contract.txt").read_text(encoding="utf-8")
    job = Job("docx", _fields("contract", amount="1234567.50"), source=source)
    first = await render(job)
    text = samples.word_text(first)
    assert "ДОГОВОР № 7" in text
    assert HOSTILE_NAME in text
    assert "1 234 567,50 руб. (Один миллион двести тридцать четыре тысячи" in text.replace("\u00a0", " ")
    assert "{{ number }}" not in text
    await asyncio.sleep(2.1)  # a ZIP counts every second second
    assert await render(job) == first


async def test_the_demo_act() -> None:
    source = (TEMPLATES / "act.txt").read_text(encoding="utf-8")
    text = samples.word_text(await render(Job("docx", _fields("act", lines=LINES), source=source)))
    text = text.replace("\u00a0", " ")
    assert "Хранение" in text
    assert "18 750,00" in text
    assert "НДС 22%: 3 764,35" in text
    assert "Всего: 21 174,97" in text
    assert "Основание" not in text


async def test_the_demo_upd() -> None:
    source = (TEMPLATES / "upd.txt").read_text(encoding="utf-8")

    async def text(lines: list[dict[str, Any]], **more: Any) -> str:
        fields = _fields("upd", lines=lines, **more)
        return samples.word_text(await render(Job("docx", fields, source=source))).replace("\u00a0", " ")

    taxed = await text(LINES, basis="Договор № 7")
    for said in (
        "Счёт-фактура № 7 от", "Статус: 1", HOSTILE_NAME, "ИНН/КПП покупателя: 7702000903/770201001",
        "Всего без налога: 17 383,35", "НДС 22%: 3 764,35", "НДС 10%: 27,27", "Всего к оплате: 21 174,97",
        "15 368,85", "22%", "3 381,15", "Двадцать одна тысяча", "Основание передачи: Договор № 7",
    ):  # fmt: skip
        assert said in taxed, said
    untaxed = await text([{"title": "Услуга", "price": "100"}])
    assert "Статус: 2" in untaxed
    assert "без НДС" in untaxed
    assert "без документа-основания" in untaxed


@given(st.text(min_size=1))
@settings(max_examples=40, deadline=None)
def test_any_name_is_written_as_it_is(name: str) -> None:
    expected = legal_text(name)
    if expected:
        assert _render(samples.word("x{{ client.name }}x"), client={"name": name}) == f"x{expected}x"


def test_data_is_never_run_nor_taken_for_markup() -> None:
    hostile = "{{ 7 * 7 }} {% for %} {_{ }_} </w:t><w:p/> &amp; \\u0041 \n next\tline"
    assert _render(samples.word("{{ a }}"), a=hostile) == hostile


def test_headers_and_footers_are_filled_too_and_properties_left_alone() -> None:
    document = docx.Document()
    document.add_paragraph("{{ a }}")
    document.sections[0].header.paragraphs[0].text = "head {{ a }}"
    document.core_properties.title = "{{ a.__class__ }}"
    output = io.BytesIO()
    document.save(output)
    made = docx.Document(io.BytesIO(word.render(output.getvalue(), {"a": HOSTILE_NAME})))
    assert made.sections[0].header.paragraphs[0].text == f"head {HOSTILE_NAME}"
    assert made.core_properties.title == "{{ a.__class__ }}"


def test_all_missing_data_is_named() -> None:
    template = samples.word(
        "{{ nothing }} {{ client.inn }} {{ client.kpp }} {{ client.nope.deeper }}",
        "{% if client.typo %}x{% endif %} {{ amount|money }}",
        "{%p for line in lines %}",
        "{{ line.price|money }}",
        "{%p endfor %}",
    )
    found = _faults(
        template, client={"inn": "1", "kpp": None}, amount="", lines=[{"price": "1"}, {"price": None}]
    )
    assert set(found) == {
        *("nothing", "client.kpp", "client.nope.deeper", "client.typo", "amount", "lines.2.price"),
    }
    assert found["client.kpp"] == "The document lacks data: client.kpp."


def test_empty_values_may_be_asked_about_and_replaced() -> None:
    template = samples.word('{% if a.kpp %}КПП {{ a.kpp }}{% else %}no{% endif %} {{ a.kpp|default("—") }}')
    assert _render(template, a={"kpp": None}) == "no —"
    assert _render(template, a={"kpp": "1"}) == "КПП 1 1"


def test_data_named_like_methods_is_data() -> None:
    assert (
        _render(
            samples.word("{{ a.items }} {{ a.keys }} {{ a.fields }}"), a={"items": 1, "keys": 2, "fields": 3}
        )
        == "1 2 3"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Сумма: {{ a b }}", "near «Сумма: {{ a b }}»"),
        ("{% if a %}", "Unexpected end of template"),
        ("{{ a|nofilter }}", "`|nofilter`"),
        ("{{ a is odder }}", "`is odder`"),
        ("{{ a|money }}", "the value “abc” does not fit"),
        ("{{ whole }}", "“whole” has parts"),
    ],
)
def test_faults_of_a_template_are_named(text: str, said: str) -> None:
    assert said in _faults(samples.word(text), a="abc", whole={})["template"]


def test_tags_that_would_tear_the_document_are_refused_not_repaired() -> None:
    document = docx.Document()
    document.add_paragraph("before {% if no %}")
    document.add_table(1, 1).rows[0].cells[0].text = "{% endif %} lost?"
    output = io.BytesIO()
    document.save(output)
    assert "{%p" in _faults(output.getvalue(), no=False)["template"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_refused_before_they_run(attack: str) -> None:
    data = {"number": "1", "seller": {"name": "a"}, "lines": [1]}
    assert set(_faults(samples.word(attack), **data)) == {"template"}
    with pytest.raises(RenderingRefused):
        word.check(samples.word(attack))


def test_a_good_template_passes_the_check() -> None:
    word.check(samples.word("{{ anything.goes }} {% if x %}{{ y|money }}{% endif %}"))
    for source in TEMPLATES.glob("*.txt"):
        word.check(build(source.read_text(encoding="utf-8")))


async def test_endless_loops_are_stopped() -> None:
    depth = 8
    loops = "{% for x in l %}" * depth + "{% if x == 1 %}{% endif %}" + "{% endfor %}" * depth
    began = time.monotonic()
    with pytest.raises(RenderingRefused, match="слишком долго"):
        await render(Job("docx", {"l": list(range(2, 60))}, template=samples.word(loops)), seconds=60)
    assert time.monotonic() - began < 30


async def test_memory_is_limited() -> None:
    loops = "{% for x in l %}" * 4 + "{{ a }}" + "{% endfor %}" * 4
    data = {"l": list(range(100)), "a": "x" * 10_000}
    with pytest.raises(RenderingRefused, match=r"памяти|слишком долго"):
        await render(Job("docx", data, template=samples.word(loops)), seconds=60)


async def test_a_slow_machine_is_no_fault_of_the_template() -> None:
    with pytest.raises(RenderingFailed):
        await render(Job("docx", {"a": 1}, template=samples.word("{{ a }}")), seconds=0.01)


def _repacked(package: bytes, changes: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in dict.fromkeys([*source.namelist(), *changes]):
            new.writestr(name, changes.get(name) or source.read(name))
    return output.getvalue()


_RELS = "word/_rels/document.xml.rels"
_OUTSIDE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    'Target="http://example.com/x.dotm" TargetMode="External"/></Relationships>'
)
_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    "package",
    [
        b"",
        b"no zip",
        samples.word("x")[:-30],
        _repacked(samples.word("x"), {"word/vbaProject.bin": b"x"}),
        _repacked(samples.word("x"), {"word/embeddings/oleObject1.bin": b"x"}),
        _repacked(samples.word("x"), {"customXml/item1.xml": _LAUGHS}),
        _repacked(samples.word("x"), {"customXml/item1.xml": _LAUGHS.decode().encode("utf-16")}),
        _repacked(samples.word("x"), {"customXml/item1.xml": b"<unclosed>"}),
        _repacked(samples.word("x"), {_RELS: _OUTSIDE.encode()}),
        _repacked(samples.word("x"), {_RELS: _OUTSIDE.encode("utf-16")}),
        _repacked(samples.word("x"), {"word/media/image1.png": bytes(50 * 1024 * 1024)}),
        _repacked(samples.word("x"), {f"x{n}.txt": b"x" for n in range(600)}),
    ],
)
async def test_harmful_packages_are_refused(package: bytes) -> None:
    with pytest.raises(RenderingRefused):
        await check_template(package)
