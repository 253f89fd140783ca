"""(b) What a stage move and a whole deal leave in Temporal's history."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio.client import WorkflowHandle

from bench.stage import Stage


@dataclass
class Cost:
    """Events and bytes of history."""

    what: str
    moves: int
    events: int
    size: int


async def measure(stage: Stage) -> list[Cost]:
    """Cost of single moves of a quote, and of a whole quote with all its commands."""
    http = stage.http
    fields = {"contact_name": "Bench", "contact_phone": "+70000000000", "request": "200 boxes"}
    body = {"pipeline": "fulfilment.quote", "company": {"name": "Bench", "fields": {"contract_signed": True}}}
    answer = await http.post("/api/deals", json={**body, "fields": fields})
    answer.raise_for_status()
    deal = answer.json()["id"]
    handle = stage.client.get_workflow_handle(f"deal-{deal}")
    costs = [await _move(stage, handle, deal, "prepare_offer")]
    uploaded = await http.post(
        "/api/files", files={"file": ("offer.pdf", b"%PDF-1.4 bench", "application/pdf")}
    )
    uploaded.raise_for_status()
    offer = {"offer_file": uploaded.json()["id"], "offer_approver": "director"}
    (await http.patch(f"/api/deals/{deal}", json={"fields": offer})).raise_for_status()
    costs.append(await _move(stage, handle, deal, "approve_offer"))
    task = next(
        t for t in (await http.get(f"/api/deals/{deal}")).json()["tasks"] if t["key"] == "approve_offer"
    )
    (await http.post(f"/api/tasks/{task['id']}/finish", json={"outcome": "approved"})).raise_for_status()
    costs.append(await _move(stage, handle, deal, "agree_with_client"))
    before = await _size(handle)
    (await http.post(f"/api/deals/{deal}/move", json={"to": "agreed"})).raise_for_status()
    await handle.result()
    after = await _size(handle)
    costs.append(
        Cost("move to agreed, which opens another deal", 1, after[0] - before[0], after[1] - before[1])
    )
    costs.append(Cost("whole quote, from opening to won", 4, *after))
    return costs


async def _move(stage: Stage, handle: WorkflowHandle[object, object], deal: str, to: str) -> Cost:
    before = await _size(handle)
    answer = await stage.http.post(f"/api/deals/{deal}/move", json={"to": to})
    answer.raise_for_status()
    after = await _size(handle)
    return Cost(f"move to {to}", 1, after[0] - before[0], after[1] - before[1])


async def _size(handle: WorkflowHandle[object, object]) -> tuple[int, int]:
    info = (await handle.describe()).raw_description.workflow_execution_info
    return info.history_length, info.history_size_bytes
