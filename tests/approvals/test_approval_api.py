"""Approvals over HTTP, on the real servers: lists, cards, decisions, refusals, repeats."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app, make_deps
from api.auth import token_hash
from api.gateway import TemporalGateway
from api.precheck import Precheck
from store.definitions import DefinitionCache
from store.files import DirectoryFiles
from store.organisation import OrganisationCache
from store.writes import add_token
from tests.approvals.running import LiveApproval, an_approval
from tests.live import Live, eventually

People = Callable[[str], httpx.AsyncClient]


@pytest.fixture
async def people(live: Live, tmp_path: Path) -> AsyncIterator[People]:
    definitions, organisations = DefinitionCache(live.engine), OrganisationCache()
    checks = Precheck(live.engine, definitions, organisations)
    gateway = TemporalGateway(live.client, checks, live.queue)
    deps = make_deps(live.engine, gateway, DirectoryFiles(tmp_path), definitions, organisations)
    transport = httpx.ASGITransport(create_app(deps))
    clients: list[httpx.AsyncClient] = []
    async with live.engine.begin() as connection:
        for person in ("sales", "lawyer", "clerk", "accountant", "head", "director"):
            await add_token(connection, token_hash(f"{person}-token"), person, "test")

    def client(person: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {person}-token", "Accept-Language": "en"}
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers))
        return clients[-1]

    yield client
    for one in clients:
        await one.aclose()


async def mine(person: httpx.AsyncClient, approval: LiveApproval) -> list[dict[str, Any]]:
    """What waits for the person in this deal."""
    query = {"assignee": "me", "status": "pending", "deal": approval.deal.id}
    answer = await person.get("/api/approvals", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def decide(person: httpx.AsyncClient, approval: LiveApproval, **body: Any) -> httpx.Response:
    return await person.post(f"/api/approvals/{approval.id}/decide", json=body)


async def test_an_approval_from_list_to_end(live: Live, people: People) -> None:
    approval = await an_approval(live)
    lawyer, clerk, accountant = people("lawyer"), people("clerk"), people("accountant")
    [row] = await mine(lawyer, approval)
    assert (row["id"], row["step"], row["waits_for"]) == (approval.id, "lawyer", ["lawyer"])
    assert await mine(clerk, approval) == []
    answer = await decide(lawyer, approval, decision="approve", step="lawyer")
    assert answer.status_code == 200
    card = answer.json()
    assert (card["step"], card["waits_for"]) == ("money", ["accountant", "head", "clerk"])
    assert card["steps"][0]["approvers"][0]["decision"] == "approve"
    assert (card["steps"][1]["needed"], card["workflow_id"]) == (2, f"approval-{approval.id}")
    assert card["documents"][0]["name"] == "offer.pdf"
    passed = await clerk.post(f"/api/approvals/{approval.id}/delegate", json={"to": "designer"})
    assert "designer" in passed.json()["waits_for"]
    assert (await decide(clerk, approval, decision="approve")).status_code == 403
    assert (await decide(accountant, approval, decision="approve")).status_code == 200
    assert (await decide(people("head"), approval, decision="approve")).json()["status"] == "approved"
    await eventually(approval.ended)
    [shown] = (await people("sales").get(f"/api/deals/{approval.deal.id}")).json()["approvals"]
    assert (shown["id"], shown["status"], shown["ended_by"]) == (approval.id, "approved", "head")
    history = (await lawyer.get(f"/api/approvals/{approval.id}")).json()["history"]
    assert [history[-1]["type"], history[0]["type"]] == ["started", "result_reported"]


async def test_a_late_decision_is_409_and_says_who_and_when(live: Live, people: People) -> None:
    approval = await an_approval(live)
    lawyer = people("lawyer")
    no_comment = await decide(lawyer, approval, decision="reject")
    assert (no_comment.status_code, no_comment.json()["missing"]) == (422, ["comment"])
    await decide(lawyer, approval, decision="reject", comment="No seal")
    late = await decide(lawyer, approval, decision="approve")
    problem = late.json()
    assert (late.status_code, problem["code"]) == (409, "approval_closed")
    [one] = problem["decided"]
    assert (one["by"], one["decision"], one["comment"]) == ("lawyer", "reject", "No seal")
    assert datetime.fromisoformat(one["at"]).utcoffset() is not None
    gone = await people("sales").post(f"/api/approvals/{approval.id}/withdraw")
    assert (gone.status_code, gone.json()["code"]) == (409, "approval_closed")


async def test_a_withdrawal_and_the_deal_hears_of_it(live: Live, people: People) -> None:
    approval = await an_approval(live)
    path = f"/api/approvals/{approval.id}/withdraw"
    assert (await people("clerk").post(path)).status_code == 403
    answer = await people("sales").post(path, json={"comment": "later"})
    assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")
    await eventually(approval.ended)
    assert (await approval.deal.stored()).stage == "draft"


async def test_the_card_says_what_each_person_may_do(live: Live, people: People) -> None:
    approval = await an_approval(live)
    told = {
        "lawyer": {"decide": True, "delegate": ["lawyer"], "withdraw": False},
        "sales": {"decide": False, "delegate": [], "withdraw": True},
        "clerk": {"decide": False, "delegate": [], "withdraw": False},
    }
    for person, may in told.items():
        assert (await people(person).get(f"/api/approvals/{approval.id}")).json()["may"] == may
        [shown] = (await people(person).get(f"/api/deals/{approval.deal.id}")).json()["approvals"]
        assert shown["may"] == may
    ended = await people("sales").post(f"/api/approvals/{approval.id}/withdraw")
    assert ended.json()["may"] == {"decide": False, "delegate": [], "withdraw": False}


async def test_a_repeat_with_the_same_key_is_one_decision(live: Live, people: People) -> None:
    approval = await an_approval(live)
    lawyer, key = people("lawyer"), {"Idempotency-Key": f"{approval.id}-1"}
    path, body = f"/api/approvals/{approval.id}/decide", {"decision": "approve"}
    first = await lawyer.post(path, json=body, headers=key)
    again = await lawyer.post(path, json=body, headers=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert (await decide(lawyer, approval, decision="approve")).json()["code"] == "already_decided"


async def test_without_waiting_it_is_accepted(live: Live, people: People) -> None:
    approval = await an_approval(live)
    path = f"/api/approvals/{approval.id}/decide"
    answer = await people("lawyer").post(
        path, json={"decision": "approve"}, headers={"Prefer": "respond-async"}
    )
    assert (answer.status_code, answer.json()["approval"]) == (202, approval.id)

    async def went_on() -> bool:
        return (await approval.stored()).step.plan.id == "money"

    await eventually(went_on)


async def test_what_is_not_there_is_404(people: People) -> None:
    lawyer = people("lawyer")
    for call in (
        lawyer.get("/api/approvals/none"),
        lawyer.post("/api/approvals/none/decide", json={"decision": "approve"}),
        lawyer.post("/api/approvals/none/withdraw", headers={"Prefer": "respond-async"}),
        lawyer.post("/api/approvals/none/delegate", json={"to": "clerk"}),
    ):
        answer = await call
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_approval")
    assert (await lawyer.get("/api/approvals", params={"cursor": "x"})).status_code == 422


async def test_notices_of_approvals_are_read_like_others(live: Live, people: People) -> None:
    approval = await an_approval(live)
    lawyer = people("lawyer")
    found = (await lawyer.get("/api/notifications", params={"unread": True})).json()["items"]
    [notice] = [one for one in found if one["approval"] == approval.id]
    assert (notice["deal"], notice["kind"], notice["deal_title"]) == (
        approval.deal.id,
        "assignment",
        "Договор на согласовании",
    )
    assert (await lawyer.post(f"/api/notifications/{notice['id']}/read")).status_code == 204
    left = (await lawyer.get("/api/notifications", params={"unread": True})).json()["items"]
    assert notice["id"] not in [one["id"] for one in left]


async def test_a_look_at_another_calendar_tells_what_moves_in_approvals(live: Live, people: People) -> None:
    approval = await an_approval(live)
    card = (await people("sales").get(f"/api/approvals/{approval.id}")).json()
    last = max(entry["at"] for entry in card["agenda"])
    change = {"days": {last[:10]: "off"}}
    look = (await people("director").post("/api/settings/calendar/preview", json=change)).json()["moved"]
    assert any(entry["what"]["en"].startswith("Approval “") for entry in look["shown"]), look
    assert look["entries"] >= len(look["shown"]) > 0
    assert (await people("sales").get(f"/api/approvals/{approval.id}")).json() == card
