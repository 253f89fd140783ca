"""Names and types of uploaded files: what a client says about them is not believed."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 200
UNKNOWN = "application/octet-stream"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# First bytes decide; only where they are the same for several types does the name's ending choose.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_INSIDE = {
    ("application/zip", "docx"): _DOCX,
    ("application/zip", "xlsx"): _XLSX,
    ("application/x-ole-storage", "doc"): "application/msword",
    ("application/x-ole-storage", "xls"): "application/vnd.ms-excel",
}
_HARMLESS_TEXT = {"txt": "text/plain", "csv": "text/csv"}


def sniff(head: bytes, name: str) -> str:
    """The media type by the file's first bytes (some 16 of them) and the ending of its name."""
    ending = name.rpartition(".")[2].lower()
    for signature, found in _SIGNATURES:
        if head.startswith(signature):
            return _INSIDE.get((found, ending), found)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    return _HARMLESS_TEXT.get(ending, UNKNOWN) if b"\x00" not in head else UNKNOWN


def clean_name(name: str | None) -> str:
    """A file name without folders, control characters and tricks of direction; never empty."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    plain = "".join(
        char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char)[0] != "C"
    )
    plain = plain.strip(" .")
    if len(plain) > LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        kept = dot + ending if stem and len(ending) <= 10 else ""
        plain = plain[: LONGEST_NAME - len(kept)] + kept
    return plain or "file"
