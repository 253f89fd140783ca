"""E-mail on a real mail server: what arrives, and what each failure is taken for."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from activities.channels.base import Attachment, Later, NotSent, Outgoing, Refused, Unsure
from activities.channels.mail import Mail, MailServer
from tests.messages.sinks import MailSink, mail_sink

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FROM = "Ромашка, отдел продаж <sales@example.com>"
PDF = Attachment("Расчёт №1.pdf", "application/pdf", b"%PDF-1.7\r\n.\r\n\x00\xff")


@pytest.fixture
def sink(mail: MailSink) -> MailSink:
    return mail


def channel(sink: MailSink, seconds: float = 20) -> Mail:
    return Mail(MailServer.from_url(sink.url), FROM, seconds)


def message(**changes: object) -> Outgoing:
    id = "<1@example.com>"
    whole = Outgoing(
        id, "ivan@example.com", "Коммерческое предложение — расчёт", "Здравствуйте!\n.\nХ", AT, [PDF]
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


async def test_a_mail_arrives_in_russian_with_its_attachment(sink: MailSink) -> None:
    await channel(sink).send(message())
    [(recipient, _)], [got] = sink.taken, sink.mails
    assert recipient == got["To"] == "ivan@example.com"
    assert got["From"] == '"Ромашка, отдел продаж" <sales@example.com>'
    assert got["From"].addresses[0].display_name == "Ромашка, отдел продаж"
    assert got["Subject"] == "Коммерческое предложение — расчёт"
    body = got.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "Здравствуйте!\n.\nХ\n"
    [attached] = got.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == (PDF.name, PDF.type)
    assert attached.get_content() == PDF.content


async def test_a_repeat_is_the_same_mail_byte_by_byte(sink: MailSink) -> None:
    """Its Message-ID comes from the key, its Date from the plan, its boundary from the Message-ID."""
    for one in (channel(sink), channel(sink)):
        id = one.message_id("deal/7/1")
        await one.send(message(id=id))
    first, second = (content for _, content in sink.taken)
    assert first == second
    assert sink.mails[0]["Message-ID"] == id
    assert sink.mails[0]["Date"].datetime == AT
    assert channel(sink).message_id("deal/8/1") != id


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x85", "\u2028", "\x00\n\n"])
async def test_no_text_becomes_a_header(sink: MailSink, break_: str) -> None:
    bad = f"Тема{break_}Bcc: eve@example.com"
    await channel(sink).send(message(subject=bad, attachments=[replace(PDF, name=f"a{break_}X-Evil: 1.pdf")]))
    [got] = sink.mails
    assert got["Bcc"] is None
    assert got["Subject"] == "Тема Bcc: eve@example.com"
    [attached] = got.iter_attachments()
    assert attached["X-Evil"] is None
    assert [recipient for recipient, _ in sink.taken] == ["ivan@example.com"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ivan",
        "a@b.ru, eve@x.ru",
        "a@b.ru\r\nRCPT TO:<eve@x.ru>",
        "a@b.ru\n",
        "Ivan <a@b.ru>",
        "a b@c.ru",
        "иван@b.ru",
    ],
)
async def test_what_is_no_address_is_refused_before_anything_is_sent(sink: MailSink, address: str) -> None:
    with pytest.raises(Refused):
        await channel(sink).send(message(address=address))
    assert sink.asked == 0


async def test_a_russian_domain_travels_in_ascii(sink: MailSink) -> None:
    await channel(sink).send(message(address="info@почта.рф"))
    assert sink.taken[0][0] == "info@xn--80a1acny.xn--p1ai"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rcpt": "450 4.2.0 try later"}, Later),
        ({"rcpt": "550 5.1.1 <ivan@example.com>: no such user"}, Refused),
        ({"data": "451 4.3.0 no space for ivan@example.com"}, Later),
        ({"data": "554 5.7.1 spam, call +7 999 123-45-67"}, Refused),
        ({"drop": True}, Unsure),
        ({"slow": 1.0}, Later),
        ({"slow": 0.3}, Later),  # no single answer takes too long, but all together
    ],
)
async def test_what_each_failure_is_taken_for(
    sink: MailSink, changes: dict[str, object], expected: type[NotSent], log: io.StringIO
) -> None:
    for name, value in changes.items():
        setattr(sink, name, value)
    with pytest.raises(NotSent) as caught:
        await channel(sink, 0.5 if sink.slow else 20).send(message())
    assert type(caught.value) is expected
    said = str(caught.value) + log.getvalue()
    assert "ivan" not in said
    assert "123-45" not in said


async def test_a_server_that_is_away_is_tried_later() -> None:
    async with mail_sink() as gone:
        pass
    with pytest.raises(Later):
        await channel(gone).send(message())


async def test_a_server_that_wants_another_password_is_tried_later(sink: MailSink) -> None:
    """The message is not at fault: it goes out once the setting is put right."""
    server = replace(MailServer.from_url(sink.url), user="a", password="b")
    with pytest.raises(Later):
        await Mail(server, FROM, 20).send(message())
    assert not sink.taken


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://u:p%40@mail.example.com", MailServer("mail.example.com", 587, "u", "p@", "starttls")),
        ("smtp://mail.example.com:25", MailServer("mail.example.com", 25, "", "", "offered")),
        ("smtp://mail.example.com?tls=starttls", MailServer("mail.example.com", 587, "", "", "starttls")),
        ("smtp://u:p@127.0.0.1:1025", MailServer("127.0.0.1", 1025, "u", "p", "offered")),
        ("smtps://u:p@mail.example.com", MailServer("mail.example.com", 465, "u", "p", "implicit")),
        ("smtp://mail.example.com?tls=off", MailServer("mail.example.com", 587, "", "", "off")),
    ],
)
def test_the_server_by_its_url(url: str, expected: MailServer) -> None:
    assert MailServer.from_url(url) == expected


@pytest.mark.parametrize(
    "url", ["http://u:secret@x", "smtp://u:secret@", "smtp://u:secret@x?tls=off", "smtp://x?tls=no"]
)
def test_a_wrong_url_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL") as caught:
        MailServer.from_url(url)
    assert "secret" not in str(caught.value)
