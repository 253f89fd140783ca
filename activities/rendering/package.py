"""The outside of a DOCX: a ZIP that must be harmless to open here and at the client's."""

from __future__ import annotations

import io
import re
import zipfile
from xml.parsers import expat

from activities.rendering.errors import template_fault

MOST_BYTES = 10 * 1024 * 1024  # packed
MOST_UNPACKED = 40 * 1024 * 1024
MOST_ENTRIES = 500
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
_HYPERLINK = re.compile(rb"relationships/hyperlink[\"']")
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")


def check_package(package: bytes) -> None:
    """Raises RenderingRefused for what is no DOCX, is too large unpacked, or holds macros, DTDs, outside parts."""
    if len(package) > MOST_BYTES:
        raise template_fault("файл слишком большой.", "the file is too large.")
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            _check_entries(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise template_fault(f"это не файл DOCX ({error}).", f"this is no DOCX file ({error}).") from None


def same_bytes(package: bytes) -> bytes:
    """The package with the moments of packing left out, so that the same content is the same bytes."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(output, "w") as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(entry))
    return output.getvalue()


def check_xml(text: bytes) -> None:
    """Raises RenderingRefused where the XML is broken or declares a document type (and with it, entities)."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise template_fault(
            f"повреждён XML ({error}). Если `if` или `for` охватывает абзацы или строки таблицы, пишите {{%p и {{%tr.",
            f"broken XML ({error}). Where `if` or `for` holds paragraphs or table rows, write {{%p and {{%tr.",
        ) from None


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise template_fault("файл слишком велик в распакованном виде.", "the file is too large unpacked.")
    if "word/document.xml" not in archive.namelist():
        raise template_fault("это не файл DOCX.", "this is no DOCX file.")
    for entry in entries:
        name = entry.filename.lower()
        if "vbaproject" in name or "activex" in name or "/embeddings/" in name:
            raise template_fault(f"макросы и вложения: {name}.", f"macros and embedded objects: {name}.")
        if name.endswith((".xml", ".rels")):
            content = archive.read(entry)
            check_xml(content)
            if name.endswith(".rels"):
                _check_relations(content)


def _check_relations(content: bytes) -> None:
    for relation in _RELATIONSHIP.findall(content.replace(b"\0", b"")):  # whatever UTF it is in
        if _EXTERNAL.search(relation) and not _HYPERLINK.search(relation):
            raise template_fault("ссылается на внешние части.", "it refers to parts outside.")


def _no_doctype(*_: object) -> None:
    raise template_fault("объявление DOCTYPE.", "a DOCTYPE declaration.")
