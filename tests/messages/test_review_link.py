"""The link to the review form in a message: made when it leaves, ours alone, and the same whatever is repeated."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import JsonValue, ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.delivery import Delivery
from activities.messages import Messages
from domain import placeholders, review_links
from settings import Settings
from store import intake
from tests.domain.builders import shipped
from tests.messages.house import House, by_mail, house
from tests.messages.sinks import TAKEN, MailSink

TEXT: dict[str, JsonValue] = {"ru": "Отзыв: {review_link}", "en": "Review: {review_link}"}


async def deliver(home: House, key: str, address: str) -> None:
    made = Delivery(home.engine, home.channels, dead_after=timedelta(0), address=address)
    await Messages(home.engine, made).deliver(key)


async def test_the_client_gets_a_link_of_this_deal(engine: AsyncEngine, mail: MailSink) -> None:
    home = await house(engine, by_mail(mail))
    await deliver(home, await home.plan(text=TEXT), "https://crm.example.ru")
    async with engine.begin() as connection:
        key = await intake.signing_key(connection, review_links.KEY)
    [message] = await home.outbox()
    link = f"https://crm.example.ru/review/{review_links.token(key, home.deal)}"
    assert message.text == f"Отзыв: {link}"
    assert link in mail.mails[0].get_content()


async def test_a_repeat_has_the_same_link_though_the_server_has_moved(
    engine: AsyncEngine, mail: MailSink
) -> None:
    home = await house(engine, by_mail(mail))
    key = await home.plan(text=TEXT)
    mail.rcpt = "451 4.3.0 later"
    with pytest.raises(ApplicationError):
        await deliver(home, key, "https://before.example")
    [before] = await home.outbox()
    mail.rcpt = TAKEN
    await deliver(home, key, "https://after.example")
    [after] = await home.outbox()
    assert "https://before.example/review/" in before.text
    assert (after.text, after.status) == (before.text, "sent")
    assert [before.text in one.get_content() for one in mail.mails] == [True]


async def test_in_english_too(engine: AsyncEngine, mail: MailSink) -> None:
    home = await house(engine, by_mail(mail), email="ann@client.example", language="en")
    await deliver(home, await home.plan(text=TEXT), "http://127.0.0.1:8000")
    assert (await home.outbox())[0].text.startswith("Review: http://127.0.0.1:8000/review/")


def test_the_address_of_links_is_the_one_set_or_the_web_process_own() -> None:
    assert Settings(public_url=None, host="127.0.0.1", port=8010).address() == "http://127.0.0.1:8010"
    assert Settings(public_url="https://crm.example.ru").address() == "https://crm.example.ru"
    for wrong in ("crm.example.ru", "ftp://x", "https://crm.example.ru/path"):
        with pytest.raises(ValidationError):
            Settings(public_url=wrong)


def test_the_shipped_sale_asks_for_a_review_when_it_is_won() -> None:
    message = shipped("sales_1c/sale").stages["won"].messages["review"]
    assert placeholders.named(message.text.ru) == placeholders.named(message.text.en) == ["review_link"]


@pytest.mark.parametrize("title", ["{review_link}", "{{review_link}}", "{review_{review_link}link}"])
def test_what_people_type_is_no_link(title: str) -> None:
    told = placeholders.fill("{deal} {review_link}", {"deal": title})
    assert told.count("{review_link}") == 1
    assert placeholders.fill(told, {"review_link": "LINK"}).count("LINK") == 1


@pytest.mark.parametrize("wrong", ["", "x", "я", "A" * 43, "=" * 43])
def test_a_token_that_is_not_ours_leads_nowhere(wrong: str) -> None:
    deal = "00000000-0000-4000-8000-000000000001"
    ours = review_links.token(b"key", deal)
    assert review_links.deal_of(b"key", ours) == deal
    assert review_links.deal_of(b"another", ours) is None
    assert review_links.deal_of(b"key", wrong) is None
