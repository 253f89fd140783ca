"""Documents of deals: an effect's key makes one file, with one number, however often the activity runs.

The effect's detail says what is wanted:

    {"template": "invoice",          a PDF; or a text template of pipelines/templates: "contract", "act", ...
     "template_file": file id,       an uploaded DOCX template, in place of the shipped text
     "document": "send_invoice",     its name in the pipeline: made again, it keeps its number and date
     "version": key,                 planned anew after it was given up: stands for the effect's key from here on
     "numbers": "invoice",           whose numbers it counts with; else the template's
     "number": "77/K",               given from outside; without it our own sequence is asked
     "date": "2026-03-02",           else the day the effect was planned, by the organisation's calendar
     "seller": {...}, "buyer": {...},   else the organisation and the deal's company (or "company": id)
     "data": {"lines": [...], ...}}  what the template needs; lines as domain.documents.invoice.InvoiceLine
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date as Day
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, JsonValue, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.lateness import late
from activities.rendering import package, process
from activities.rendering.errors import RenderingRefused, template_fault
from domain.base import Lasting
from domain.documents.content import INVOICE, Content, fields_for, file_id_of, file_name, side
from domain.documents.problems import DocumentProblem, problem, told
from store import tables, writes
from store.files import FileMissing, FileStore
from store.numbering import Numbered, Sequence, latest_version, record_document, recorded_document
from store.organisation import load_organisation
from store.queries.card import files_by_id
from store.queries.people import company

SHIPPED = Path(__file__).parents[1] / "pipelines" / "templates"
REFUSED = "document_refused"
FAILED = "document_failed"
MADE_BY = "system"
_MOST_BYTES = 50 * 1024 * 1024
_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class _Wanted(Lasting):
    template: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
    template_file: str | None = None
    document: str | None = None
    numbers: str | None = None
    number: str | None = None
    date: Day | None = None
    seller: dict[str, JsonValue] | None = None
    buyer: dict[str, JsonValue] | None = None
    company: str | None = None
    data: dict[str, JsonValue] = {}


class Documents:
    """Makes planned documents. `templates` is the folder of text templates."""

    def __init__(self, engine: AsyncEngine, files: FileStore, templates: Path = SHIPPED) -> None:
        self._engine = engine
        self._files = files
        self._templates = templates

    @activity.defn(name="effect_document")
    async def effect_document(self, key: str) -> dict[str, Any]:
        """Makes the document planned under this key, once: `{"file": {"id", "name"}}`.

        Raises ApplicationError `document_refused`, not to be retried, where data or template lack something
        (details: the problems); UnknownEffect; RenderingFailed, PostgreSQL's and the file store's errors, to be
        retried. Of those that last returns what `activities.lateness` says.
        """
        async with self._engine.begin() as connection:
            version = await _version(connection, key)
            file_id = file_id_of(version)
            if made := await files_by_id(connection, [file_id]):
                await writes.finish_effect(connection, key)
                return _answer(file_id, made[0].name)
            await writes.start_effect(connection, key)
        try:
            return _answer(file_id, await self._make(key, version, file_id))
        except RenderingRefused as refused:
            raise await self._refuse(key, refused.problems) from None
        except writes.UnknownEffect:
            raise
        except Exception as error:
            failure = ApplicationError(type(error).__name__, type=FAILED)
            if waits := await late(self._engine, key, failure):
                return waits
            raise

    async def _make(self, key: str, version: str, file_id: str) -> str:
        """The document's name, once it is kept."""
        content, number = await self._recorded(key, version)
        document = await self._render(content, number)
        name = file_name(content, number)
        await self._keep(key, file_id, name, document)
        return name

    async def _recorded(self, key: str, version: str) -> tuple[Content, str]:
        """The document as recorded for this version, and its number; recorded now where it was not."""
        async with self._engine.connect() as connection:
            known = await recorded_document(connection, version)
            content = None if known else await self._gather(connection, key)
        if content is not None:
            await self._try(content)  # what cannot be made takes no number
            if content.number is not None:
                return content, content.number
            known = await self._record(version, content)
        assert known is not None
        return Content.model_validate(known.content), str(known.number)

    async def _record(self, version: str, content: Content) -> Numbered:
        sequence = Sequence(content.organisation, content.sequence, content.date.year)
        async with self._engine.begin() as connection:
            said = content.model_dump(mode="json")
            return await record_document(connection, sequence, version, said, content.document)

    async def _gather(self, connection: AsyncConnection, key: str) -> Content:
        effects, deals = tables.effects, tables.deals
        columns = (effects.c.detail, effects.c.planned_at, effects.c.deal_id, deals.c.company_id)
        query = select(*columns).select_from(effects.outerjoin(deals, deals.c.id == effects.c.deal_id))
        row = (await connection.execute(query.where(effects.c.key == key))).one_or_none()
        if row is None:
            raise writes.UnknownEffect(key)
        wanted = _wanted(row.detail)
        own, _ = await load_organisation(connection)
        seller = wanted.seller if wanted.seller is not None else side(own.name, own.requisites)
        buyer = wanted.buyer
        if buyer is None:
            buyer = await _company(connection, wanted.company or row.company_id)
        content = Content(
            template=wanted.template,
            template_file=wanted.template_file,
            document=f"{row.deal_id}/{wanted.document}" if wanted.document else None,
            numbers=wanted.numbers,
            number=wanted.number,
            date=wanted.date or row.planned_at.astimezone(ZoneInfo(own.calendar.timezone)).date(),
            seller=seller,
            buyer=buyer,
            data=wanted.data,
        )
        return await _dated_as_before(connection, content)

    async def _try(self, content: Content) -> None:
        """Raises RenderingRefused where the document could not be made."""
        fields = _fields(content)
        if content.template != INVOICE:  # an invoice's fields are all there is to it
            await process.render(await self._job(content, fields))

    async def _render(self, content: Content, number: str) -> bytes:
        return await process.render(await self._job(content, _fields(content, number)))

    async def _job(self, content: Content, fields: dict[str, Any]) -> process.Job:
        if content.template == INVOICE:
            return process.Job("invoice", fields)
        if content.template_file is not None:
            return process.Job("docx", fields, template=await self._uploaded(content.template_file))
        try:
            source = (self._templates / f"{content.template}.txt").read_text(encoding="utf-8")
        except FileNotFoundError:
            name = content.template
            raise template_fault(f"нет шаблона «{name}».", f"there is no template “{name}”.") from None
        return process.Job("docx", fields, source=source)

    async def _uploaded(self, file_id: str) -> bytes:
        parts: list[bytes] = []
        try:
            chunks = await self._files.open(file_id)
        except (FileMissing, ValueError):
            raise template_fault("файл шаблона не найден.", "the template's file is not there.") from None
        async for chunk in chunks:
            parts.append(chunk)
            if sum(map(len, parts)) > package.MOST_BYTES:
                break  # refused as too large by whoever reads it
        return b"".join(parts)

    async def _keep(self, key: str, file_id: str, name: str, document: bytes) -> None:
        """Content first, then the row: a crash between leaves a file nobody knows, which the repeat replaces."""
        info = await self._files.put(file_id, _whole(document), _MOST_BYTES)
        kind = _PDF if name.endswith(".pdf") else _DOCX
        file = writes.NewFile(file_id, name, info.size, kind, info.sha256, MADE_BY)
        async with self._engine.begin() as connection:
            await writes.add_file(connection, file)
            await writes.finish_effect(connection, key)

    async def _refuse(self, key: str, problems: tuple[DocumentProblem, ...]) -> ApplicationError:
        message = told(problems)
        async with self._engine.begin() as connection:
            await writes.note_effect_cause(connection, key, message)
        details = [found.model_dump() for found in problems]
        return ApplicationError(message, details, type=REFUSED, non_retryable=True)


async def _version(connection: AsyncConnection, key: str) -> str:
    """What the document is recorded and filed under: the effect's key, or that of its latest plan."""
    named = tables.effects.c.detail["version"].as_string()
    return await connection.scalar(select(named).where(tables.effects.c.key == key)) or key


async def _dated_as_before(connection: AsyncConnection, content: Content) -> Content:
    """Number and date name a document to whoever has it, so another version of it keeps both."""
    if content.document is None:
        return content
    before = await latest_version(connection, content.organisation, content.sequence, content.document)
    if before is None:
        return content
    return content.model_copy(update={"date": Content.model_validate(before.content).date})


async def _company(connection: AsyncConnection, company_id: str | None) -> dict[str, JsonValue]:
    found = await company(connection, company_id) if company_id else None
    return side(found.name, found.fields) if found else side("", {})


def _wanted(detail: Any) -> _Wanted:
    try:
        return _Wanted.model_validate(detail)
    except ValidationError as error:
        raise RenderingRefused([_wrong(found["loc"], found["msg"]) for found in error.errors()]) from None


def _wrong(place: tuple[int | str, ...], message: str) -> DocumentProblem:
    field = ".".join(str(part) for part in place)
    return problem(
        field, f"Документ задан неверно: {field}.", f"The document is described wrongly: {field}: {message}."
    )


def _fields(content: Content, number: str | None = None) -> dict[str, Any]:
    fields = fields_for(content, number)
    if isinstance(fields, list):
        raise RenderingRefused(fields)
    return fields


async def _whole(document: bytes) -> AsyncIterator[bytes]:
    yield document


def _answer(file_id: str, name: str) -> dict[str, Any]:
    return {"file": {"id": file_id, "name": name}}
