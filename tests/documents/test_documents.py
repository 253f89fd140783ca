"""The activity on a real PostgreSQL and a real folder: one file and one number for a key, whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdfium2  # type: ignore[import-untyped]
import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.documents import Documents
from domain.documents.content import file_id_of
from store import tables, writes
from store.files import DirectoryFiles, FileInfo
from store.organisation import save_organisation
from tests.documents import samples
from tests.documents.samples import BUYER, HOSTILE_NAME, LINES, ORGANISATION

PLANNED = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)  # the next year already in Moscow


@pytest.fixture
def files(tmp_path: Path) -> DirectoryFiles:
    return DirectoryFiles(tmp_path)


@pytest.fixture
def documents(engine: AsyncEngine, files: DirectoryFiles) -> Documents:
    return Documents(engine, files)


async def plan(engine: AsyncEngine, detail: dict[str, Any], deal: str = "") -> str:
    key = f"{uuid4()}/1/1"
    row = {"key": key, "deal_id": deal or "none", "kind": "document", "name": "x", "detail": detail}
    async with engine.begin() as connection:
        await connection.execute(
            insert(tables.effects).values({**row, "status": "planned", "planned_at": PLANNED})
        )
    return key


def wanted(template: str = "invoice", **more: Any) -> dict[str, Any]:
    seller = samples.SELLER | {"inn": more.pop("inn", "7701000900")}
    detail = {"template": template, "field": "invoice_file", "buyer": BUYER, "seller": seller}
    return detail | {"data": {"lines": LINES}} | more


async def content_of(files: DirectoryFiles, answer: dict[str, Any]) -> bytes:
    return b"".join([chunk async for chunk in await files.open(answer["file"]["id"])])


async def numbers(engine: AsyncEngine, key: str) -> list[int]:
    table = tables.document_numbers
    async with engine.connect() as connection:
        return list(await connection.scalars(select(table.c.number).where(table.c.key == key)))


async def effect(engine: AsyncEngine, key: str) -> Any:
    async with engine.connect() as connection:
        return (await connection.execute(select(tables.effects).where(tables.effects.c.key == key))).one()


class CrashingFiles(DirectoryFiles):
    """Dies right after the content is on disk, before anyone can record it."""

    async def put(self, file_id: str, chunks: AsyncIterable[bytes], max_bytes: int) -> FileInfo:
        await super().put(file_id, chunks, max_bytes)
        raise ConnectionError("crashed")


async def test_an_invoice_is_made_once(
    engine: AsyncEngine, files: DirectoryFiles, documents: Documents, tmp_path: Path
) -> None:
    key = await plan(engine, wanted(date="2031-03-02"))
    first = await documents.effect_document(key)
    assert first == {"file": {"id": file_id_of(key), "name": "Счёт № 1 от 02.03.2031.pdf"}}
    before = await content_of(files, first)
    unable = Documents(engine, CrashingFiles(tmp_path))  # makes nothing any more, and need not
    assert await unable.effect_document(key) == first
    assert await content_of(files, first) == before
    assert await numbers(engine, key) == [1]
    async with engine.connect() as connection:
        query = select(tables.files).where(tables.files.c.id == first["file"]["id"])
        row = (await connection.execute(query)).one()
    assert (row.size, row.type, row.uploaded_by) == (len(before), "application/pdf", "system")
    assert (await effect(engine, key)).status == "done"
    text = pypdfium2.PdfDocument(before)[0].get_textpage().get_text_range().replace("\u00a0", " ")
    assert "Счёт на оплату № 1 от 2 марта 2031 г." in text


async def test_a_crash_between_file_and_row_changes_nothing(
    engine: AsyncEngine, files: DirectoryFiles, tmp_path: Path
) -> None:
    key = await plan(engine, wanted(date="2032-03-02"))
    with pytest.raises(ConnectionError):
        await Documents(engine, CrashingFiles(tmp_path)).effect_document(key)
    crashed = await content_of(files, {"file": {"id": file_id_of(key)}})
    assert (await effect(engine, key)).status == "sending"
    async with engine.begin() as connection:  # meanwhile somebody changes what is wanted
        changed = update(tables.effects).where(tables.effects.c.key == key)
        await connection.execute(changed.values(detail=wanted(date="2033-01-01", data={})))
    answer = await Documents(engine, files).effect_document(key)
    assert answer["file"]["name"] == "Счёт № 1 от 02.03.2032.pdf"
    assert await content_of(files, answer) == crashed
    assert await numbers(engine, key) == [1]


async def test_many_at_once_have_numbers_without_gaps(engine: AsyncEngine, documents: Documents) -> None:
    keys = [await plan(engine, wanted(date="2034-01-01")) for _ in range(4)]
    lacking = await plan(engine, wanted(date="2034-01-01", data={}))
    answers = await asyncio.gather(
        *(documents.effect_document(key) for key in [*keys, keys[0], lacking]), return_exceptions=True
    )
    assert isinstance(answers[-1], ApplicationError)
    assert answers[0] == answers[4]
    assert sorted([await numbers(engine, key) for key in keys]) == [[1], [2], [3], [4]]
    assert await numbers(engine, lacking) == []


async def test_sides_and_date_come_from_organisation_company_and_plan(
    engine: AsyncEngine, files: DirectoryFiles, documents: Documents
) -> None:
    company = str(uuid4())
    async with engine.begin() as connection:
        await writes.create_company(connection, company, HOSTILE_NAME, {"inn": "7702000903"})
    key = await plan(engine, {"template": "contract", "field": "draft", "company": company})
    answer = await documents.effect_document(key)
    assert answer["file"]["name"] == "Договор № 1 от 01.01.2027.docx"
    text = samples.word_text(await content_of(files, answer))
    assert HOSTILE_NAME in text
    assert "ИНН 7702000903" in text
    assert "ИНН 7701000900 КПП 770101001" in text


async def test_what_is_missing_is_said_and_takes_no_number(engine: AsyncEngine, documents: Documents) -> None:
    key = await plan(engine, {"template": "invoice", "seller": {"name": "x"}, "data": {"lines": LINES}})
    with pytest.raises(ApplicationError) as refused:
        await documents.effect_document(key)
    assert refused.value.non_retryable
    assert refused.value.type == "document_refused"
    fields = [found["field"] for found in refused.value.details[0]]
    assert "seller.inn" in fields
    assert "buyer.name" in fields
    row = await effect(engine, key)
    assert "Не указано у продавца: ИНН." in row.cause
    assert await numbers(engine, key) == []
    async with engine.begin() as connection:  # a person fills it in and tries again
        changed = update(tables.effects).where(tables.effects.c.key == key)
        await connection.execute(changed.values(detail=wanted(date="2035-01-01")))
    await documents.effect_document(key)
    assert (await effect(engine, key)).cause is None


async def test_an_uploaded_template_is_used(
    engine: AsyncEngine, files: DirectoryFiles, documents: Documents
) -> None:
    uploaded = str(uuid4())

    async def whole() -> AsyncIterable[bytes]:
        yield samples.word("Письмо № {{ number }}: {{ buyer.name }} {{ greeting }}")

    await files.put(uploaded, whole(), 10**6)
    detail = wanted("letter", template_file=uploaded, data={"greeting": "Привет", "title": "Письмо/1"})
    answer = await documents.effect_document(await plan(engine, detail | {"number": "77/К"}))
    assert answer["file"]["name"] == "Письмо-1 № 77-К от 01.01.2027.docx"
    text = samples.word_text(await content_of(files, answer))
    assert text == f"Письмо № 77/К: {HOSTILE_NAME} Привет"
    async with engine.connect() as connection:
        kinds = tables.document_numbers.c.kind
        assert (
            await connection.scalar(select(func.count()).where(kinds == "letter")) == 0
        )  # not ours to count


@pytest.mark.parametrize(
    ("detail", "field"),
    [
        ({"template": "nothing_such"}, "template"),
        ({"template": "../../secret"}, "template"),
        ({"template": "contract", "template_file": str(uuid4())}, "template"),
        ({"template": "contract", "template_file": "../x"}, "template"),
        ({"template": "contract", "date": "tomorrow"}, "date"),
        ({}, "template"),
        ({"template": "act", "data": {}}, "lines"),
    ],
)
async def test_wrong_plans_are_refused(
    engine: AsyncEngine, documents: Documents, detail: dict[str, Any], field: str
) -> None:
    key = await plan(engine, {"buyer": BUYER} | detail)
    with pytest.raises(ApplicationError) as refused:
        await documents.effect_document(key)
    assert field in {found["field"].split(".")[0] for found in refused.value.details[0]}


async def test_an_effect_never_planned(documents: Documents) -> None:
    with pytest.raises(writes.UnknownEffect):
        await documents.effect_document("nobody/1/1")


async def test_a_change_of_requisites_does_not_change_a_made_document(
    engine: AsyncEngine, files: DirectoryFiles, documents: Documents
) -> None:
    detail = {"template": "invoice", "buyer": BUYER, "data": {"lines": LINES}, "date": "2036-01-01"}
    key = await plan(engine, detail)
    answer = await documents.effect_document(key)
    before = await content_of(files, answer)
    changed = ORGANISATION.model_copy(update={"requisites": ORGANISATION.requisites | {"director": "Иная"}})
    try:
        async with engine.begin() as connection:
            await save_organisation(connection, changed)
        assert await documents.effect_document(key) == answer
        assert await content_of(files, answer) == before
    finally:
        async with engine.begin() as connection:
            await save_organisation(connection, ORGANISATION)


async def test_made_again_it_says_what_is_true_then_under_its_first_number_and_date(
    engine: AsyncEngine, files: DirectoryFiles, documents: Documents
) -> None:
    deal, year = str(uuid4()), {"date": "2037-03-02"}
    one = await plan(engine, wanted("act", document="act", **year), deal)
    other = await plan(engine, wanted("act", document="act", **year), str(uuid4()))
    dearer = [{"title": "Другое", "price": "999"}]
    late = wanted("act", document="act", date="2038-01-15") | {"data": {"lines": dearer}}
    again = await plan(engine, late, deal)
    answers = [await documents.effect_document(key) for key in (one, other, again)]
    names = [answer["file"]["name"] for answer in answers]
    assert names == [f"Акт № {number} от 02.03.2037.docx" for number in (1, 2, 1)]
    assert len({answer["file"]["id"] for answer in answers}) == 3
    assert "999,00" in samples.word_text(await content_of(files, answers[2])).replace("\u00a0", " ")
    assert [await numbers(engine, key) for key in (one, other, again)] == [[1], [2], [1]]
    assert await documents.effect_document(again) == answers[2]


class FullDisk(DirectoryFiles):
    """Has no room: the document has its number by then, and is nowhere."""

    async def put(self, file_id: str, chunks: AsyncIterable[bytes], max_bytes: int) -> FileInfo:
        raise OSError("no space left")


async def plan_anew(engine: AsyncEngine, key: str, detail: dict[str, Any]) -> None:
    """What `domain.decide.documents` and the projection make of a document given up and asked for again."""
    values = {"detail": detail | {"version": f"{key}/anew"}, "status": "planned", "cause": None}
    async with engine.begin() as connection:
        await connection.execute(update(tables.effects).where(tables.effects.c.key == key).values(values))


@pytest.mark.parametrize(
    ("failed", "year"),
    [("before it had a number", 2041), ("numbered", 2042), ("written", 2043), ("filed", 2044)],
)
async def test_given_up_and_prepared_again_it_says_what_the_card_says_then_under_the_same_number(
    engine: AsyncEngine, files: DirectoryFiles, documents: Documents, tmp_path: Path, failed: str, year: int
) -> None:
    deal, detail = str(uuid4()), wanted("act", document="act", date=f"{year}-03-02")
    key = await plan(engine, detail, deal)
    unable: dict[str, Documents] = {
        "numbered": Documents(engine, FullDisk(tmp_path)),
        "written": Documents(engine, CrashingFiles(tmp_path)),
        "filed": documents,  # and the answer is lost
    }
    if failed in unable:
        with contextlib.suppress(OSError):
            await unable[failed].effect_document(key)
    corrected = detail | {"data": {"lines": [{"title": "Другое", "price": "999"}]}, "date": f"{year}-05-09"}
    await plan_anew(engine, key, corrected)
    answer = await documents.effect_document(key)
    day = "09.05" if failed == "before it had a number" else "02.03"
    assert answer["file"]["name"] == f"Акт № 1 от {day}.{year}.docx"
    assert "999,00" in samples.word_text(await content_of(files, answer)).replace("\u00a0", " ")
    assert await documents.effect_document(key) == answer, "a repeat gives the same file"
    assert (await effect(engine, key)).status == "done"
    table = tables.document_numbers
    async with engine.connect() as connection:
        mine = select(table.c.number, table.c.version).where(table.c.document == f"{deal}/act")
        versions = (await connection.execute(mine.order_by(table.c.version))).all()
    assert versions == [(1, 1), (1, 2)][: 1 if failed == "before it had a number" else 2]
    other = await plan(engine, detail, str(uuid4()))
    assert "№ 2 " in (await documents.effect_document(other))["file"]["name"], "no number is left out"


@pytest.mark.parametrize(("failed", "year"), [("numbered", 2045), ("filed", 2046)])
async def test_retried_as_it_was_planned_it_is_the_document_that_was_recorded(
    engine: AsyncEngine, documents: Documents, tmp_path: Path, failed: str, year: int
) -> None:
    key = await plan(engine, wanted("act", document="act", date=f"{year}-03-02"), str(uuid4()))
    if failed == "filed":
        await documents.effect_document(key)
    else:
        with pytest.raises(OSError, match="no space"):
            await Documents(engine, FullDisk(tmp_path)).effect_document(key)
    async with engine.begin() as connection:
        mine = update(tables.effects).where(tables.effects.c.key == key)
        await connection.execute(mine.values(status="planned", cause=None))
    answer = await documents.effect_document(key)
    assert answer["file"]["id"] == file_id_of(key)
    assert await numbers(engine, key) == [1]


async def test_kinds_may_share_a_sequence(engine: AsyncEngine, documents: Documents) -> None:
    keys = [await plan(engine, wanted(kind, numbers="papers", date="2039-01-01")) for kind in ("act", "upd")]
    names = [(await documents.effect_document(key))["file"]["name"] for key in keys]
    assert names == ["Акт № 1 от 01.01.2039.docx", "УПД № 2 от 01.01.2039.docx"]
