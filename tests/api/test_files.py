"""Files: what is said about them is not believed, and not everybody sees them."""

import httpx
import pytest
from httpx import AsyncClient

from api.body_limit import MAX_FILE
from api.file_types import LONGEST_NAME, clean_name, sniff
from api.routes.files import disposition
from tests.api.conftest import World
from tests.api.helpers import open_quote, problem, upload


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("offer.pdf", "offer.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\КП.docx", "КП.docx"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("..", "file"),
        (None, "file"),
        ("й.txt", "й.txt"),
    ],
)
def test_names_are_cleaned(given: str | None, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_name("x" * 500 + ".pdf")
    assert (len(name), name[-5:]) == (LONGEST_NAME, "x.pdf")


@pytest.mark.parametrize(
    ("head", "name", "found"),
    [
        (b"%PDF-1.7", "a.exe", "application/pdf"),
        (b"<html><script>", "a.html", "application/octet-stream"),
        (b"<svg onload=x>", "a.svg", "application/octet-stream"),
        (b"hello", "a.txt", "text/plain"),
        (b"MZ\x00\x01", "a.txt", "application/octet-stream"),
        (b"PK\x03\x04", "a.zip", "application/zip"),
        (b"\x00\x00\x00\x18ftypisom", "a.mp4", "video/mp4"),
        (b"RIFF\x00\x00\x00\x00WEBP", "a", "image/webp"),
    ],
)
def test_types_come_from_the_content(head: bytes, name: str, found: str) -> None:
    assert sniff(head, name) == found


def test_the_name_travels_in_any_letters() -> None:
    assert disposition('КП "1".pdf') == (
        "attachment; filename=\"__ _1_.pdf\"; filename*=UTF-8''%D0%9A%D0%9F%20%221%22.pdf"
    )


async def test_a_file_comes_back_to_be_saved_and_never_shown(sales: AsyncClient) -> None:
    answer = await sales.post("/api/files", files={"file": ("page.html", b"<script>", "text/html")})
    stored = answer.json()
    assert (stored["name"], stored["size"], stored["type"]) == ("page.html", 8, "application/octet-stream")
    got = await sales.get(f"/api/files/{stored['id']}")
    assert got.content == b"<script>"
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"].startswith("sandbox")


async def test_a_file_is_the_uploaders_until_it_is_attached(
    sales: AsyncClient, director: AsyncClient
) -> None:
    in_field, in_comment, loose = [await upload(sales, f"{name}.pdf") for name in "abc"]
    card = await open_quote(sales)
    address = f"/api/deals/{card['id']}"
    assert (await sales.get(f"/api/files/{in_field}")).status_code == 200
    problem(await director.get(f"/api/files/{in_field}"), 404, "unknown_file")
    await sales.patch(address, json={"fields": {"offer_file": in_field}})
    await sales.post(f"{address}/comments", json={"text": "Вот", "files": [in_comment]})
    assert (await director.get(f"/api/files/{in_field}")).status_code == 200
    assert (await director.get(f"/api/files/{in_comment}")).status_code == 200
    problem(await director.get(f"/api/files/{loose}"), 404, "unknown_file")


async def test_an_upload_without_a_file_is_a_mistake(sales: AsyncClient) -> None:
    answer = await sales.post("/api/files", files={"other": ("a.txt", b"x")})
    problem(answer, 422, "invalid_request")


async def test_too_large_a_file_is_cut_off(world: World) -> None:
    sent = 0
    boundary = "x"

    async def endless() -> object:
        nonlocal sent
        yield (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n').encode()
        while sent < 2 * MAX_FILE:
            sent += 1 << 20
            yield b"\x00" * (1 << 20)

    async with world.client("sales") as client:
        request = httpx.Request(
            "POST",
            "http://test/api/files",
            headers={
                "Authorization": "Bearer sales-token",
                "Content-Type": f"multipart/form-data; boundary={boundary}",
            },
            content=endless(),  # type: ignore[arg-type]
        )
        problem(await client.send(request), 413, "too_large")
    assert sent < 2 * MAX_FILE
