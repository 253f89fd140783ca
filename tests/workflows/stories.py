"""The three deals of one order as lists of commands, for whoever plays them: quote, contract, receiving."""

from __future__ import annotations

from typing import Any

from tests.live import FILE, Live, LiveDeal, eventually

Step = tuple[str, dict[str, Any]]

TO_PREPARE: tuple[Step, ...] = (
    ("fill", {"fields": {"contact_name": "Ivan", "contact_phone": "1", "request": "200 boxes"}}),
    ("move", {"to": "prepare_offer"}),
)
TO_AGREED: tuple[Step, ...] = (
    ("fill", {"fields": {"offer_file": FILE, "offer_approver": "director"}}),
    ("move", {"to": "approve_offer"}),
    ("finish_task", {"task": "approve_offer", "outcome": "approved", "by": "director"}),
    ("move", {"to": "agree_with_client"}),
    ("send_message", {"message": "offer"}),
    ("move", {"to": "agreed"}),
)
QUOTE = TO_PREPARE + TO_AGREED
TO_SEND_CONTRACT: tuple[Step, ...] = (
    ("fill", {"fields": {"checker": "lawyer"}}),
    ("move", {"to": "check_counterparty"}),
    (
        "finish_task",
        {
            "task": "check_counterparty",
            "outcome": "passed",
            "comment": "fine",
            "result": True,
            "by": "lawyer",
        },
    ),
    ("fill", {"fields": {"contract_draft": FILE}}),
    ("move", {"to": "send_contract"}),
)
SIGN: tuple[Step, ...] = (("move", {"to": "signed", "fields": {"signed_contract": FILE}}),)
CONTRACT = (
    *TO_SEND_CONTRACT,
    ("send_message", {"message": "contract"}),
    ("move", {"to": "await_signature"}),
    *SIGN,
)
RECEIVING: tuple[Step, ...] = (
    ("fill", {"fields": {"goods": "cups", "expected_date": "2030-03-01", "warehouse_employee": "warehouse"}}),
    ("move", {"to": "send_to_warehouse"}),
    ("start_task", {"task": "receive_goods", "by": "warehouse"}),
    ("check_task", {"task": "receive_goods", "item": 1, "by": "warehouse"}),
    (
        "finish_task",
        {"task": "receive_goods", "comment": "done", "result": True, "files": [FILE], "by": "warehouse"},
    ),
    ("move", {"to": "agree_recount"}),
    ("move", {"to": "send_invoice"}),
    ("fill", {"amount": "25000", "fields": {"invoice_file": FILE}}),
    ("move", {"to": "await_payment"}),
    ("move", {"to": "closed"}),
)


async def play(deal: LiveDeal, steps: tuple[Step, ...]) -> None:
    """Each step as an update."""
    for name, fields in steps:
        await deal.do(name, **fields)


async def agreed_quote(live: Live) -> LiveDeal:
    """A quote of a new client, agreed: it waits for the contract it has opened."""
    quote = await live.open("order.quote", company=await live.company(contract_signed=False))
    await play(quote, QUOTE)
    return quote


async def child(parent: LiveDeal, key: str) -> LiveDeal:
    """The deal that `parent` opened under this key, as soon as it is there: the parent goes on before."""
    found = parent.live.deal((await parent.stored()).children[key].deal)
    await eventually(lambda: found.has("opened"))
    return found
