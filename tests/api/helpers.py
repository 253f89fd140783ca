"""Short words for what the tests do again and again."""

from __future__ import annotations

from typing import Any

import httpx

FILLED = {"contact_name": "Иван", "contact_phone": "+79990000000", "request": "200 коробок"}


async def open_quote(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    """A new quote deal's card."""
    answer = await client.post("/api/deals", json={"pipeline": "fulfilment.quote", **body})
    assert answer.status_code == 201, answer.text
    card: dict[str, Any] = answer.json()
    return card


async def upload(
    client: httpx.AsyncClient, name: str = "offer.pdf", content: bytes = b"%PDF-1.7 offer"
) -> str:
    """The id of a new file."""
    answer = await client.post("/api/files", files={"file": (name, content)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def approving(client: httpx.AsyncClient) -> dict[str, Any]:
    """A quote deal that waits for the director's approval of the offer."""
    card = await open_quote(client, fields=FILLED)
    offer = await upload(client)
    fields = {"offer_file": offer, "offer_approver": "director"}
    answer = await client.post(
        f"/api/deals/{card['id']}/move", json={"to": "approve_offer", "fields": fields}
    )
    assert answer.status_code == 200, answer.text
    moved: dict[str, Any] = answer.json()
    return moved


def open_task(card: dict[str, Any], key: str) -> dict[str, Any]:
    """The open task of this key."""
    found = [task for task in card["tasks"] if task["key"] == key and task["status"] == "open"]
    assert len(found) == 1, card["tasks"]
    task: dict[str, Any] = found[0]
    return task


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The answer's body, which must be this problem."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"/api/problems/{code}"
    return body
