"""Deals for browser tests, made over HTTP by whoever sits at the desk."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import FilePayload, Page

FILLED = {"contact_name": "Иван", "contact_phone": "+79990000000", "request": "200 коробок"}


def call(page: Page, method: str, path: str, body: Any = None) -> dict[str, Any]:
    """The API as the person who is signed in at the page."""
    origin = re.match(r"https?://[^/]+", page.url)
    assert origin
    headers = {"Origin": origin[0], "Accept-Language": "ru"}
    answer = page.request.fetch(f"{origin[0]}{path}", method=method, data=body, headers=headers)
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()
    return found


def upload(page: Page, name: str = "offer.pdf", content: bytes = b"%PDF-1.7 offer") -> str:
    """The id of a new file."""
    origin = re.match(r"https?://[^/]+", page.url)
    assert origin
    file: FilePayload = {"name": name, "mimeType": "application/pdf", "buffer": content}
    answer = page.request.post(
        f"{origin[0]}/api/files", multipart={"file": file}, headers={"Origin": origin[0]}
    )
    assert answer.ok, answer.text()
    return str(answer.json()["id"])


def busy_deal(page: Page, **head: Any) -> dict[str, Any]:
    """A quote that waits for the director's approval, with fields, a file, a comment, a company and a task."""
    body = {"pipeline": "fulfilment.quote", "fields": FILLED, "amount": "250000", **head}
    card = call(page, "POST", "/api/deals", body)
    address = f"/api/deals/{card['id']}"
    fields = {"offer_file": upload(page), "offer_approver": "director"}
    call(page, "POST", f"{address}/move", {"to": "approve_offer", "fields": fields})
    call(page, "POST", f"{address}/comments", {"text": "Клиент торопится"})
    task = {"title": "Позвонить на склад", "assignee": "warehouse", "description": "Узнать про место"}
    return call(page, "POST", f"{address}/tasks", task)
