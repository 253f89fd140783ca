"""Messengers by Apprise URLs, on a real HTTP receiver."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest

from activities.channels.base import Attachment, Later, NotSent, Outgoing, Refused
from activities.channels.building import build
from activities.channels.gateway import Gateway
from tests.messages.sinks import HookSink, hook_sink

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # in Apprise
MESSAGE = Outgoing("k", "+79991234567", "Заказ\nотгружен", "Ждём вас.\nСклад №2", AT)


async def test_a_message_arrives_with_its_file(hook: HookSink) -> None:
    file = Attachment("Акт.pdf", "application/pdf", b"%PDF \x00\xff")
    await Gateway("sms", hook.url).send(replace(MESSAGE, attachments=[file]))
    [(path, body)] = hook.taken
    assert unquote(path) == "/+79991234567"
    assert (body["title"], body["message"]) == ("Заказ отгружен", MESSAGE.text)
    [attached] = body["attachments"]
    assert (attached["filename"], base64.b64decode(attached["base64"])) == ("Акт.pdf", file.content)


async def test_an_address_stays_in_its_place(hook: HookSink) -> None:
    """Nobody becomes another host, path or option by what stands in the phone field."""
    await Gateway("sms", hook.url).send(replace(MESSAGE, address="../x?method=GET&cto=1#@evil:1/"))
    [(path, _)] = hook.taken
    assert "evil" in path
    assert path.count("/") <= 2


@pytest.mark.parametrize(
    ("status", "expected"), [(400, Refused), (404, Refused), (429, Later), (500, Later), (503, Later)]
)
async def test_what_each_answer_is_taken_for(
    hook: HookSink, status: int, expected: type[NotSent], log: io.StringIO
) -> None:
    hook.status = status
    with pytest.raises(NotSent) as caught:
        await Gateway("sms", hook.url).send(MESSAGE)
    assert type(caught.value) is expected
    assert str(status) in str(caught.value)
    said = str(caught.value) + log.getvalue()
    assert "9991234567" not in said
    assert "Склад" not in said


async def test_a_gateway_that_is_away_is_tried_later() -> None:
    async with hook_sink() as gone:
        pass
    with pytest.raises(Later):
        await Gateway("sms", gone.url).send(MESSAGE)


async def test_without_an_address_nothing_is_sent(hook: HookSink) -> None:
    with pytest.raises(Refused):
        await Gateway("sms", hook.url).send(replace(MESSAGE, address=""))
    assert not hook.taken


@pytest.mark.parametrize(
    ("smtp", "sender", "gateways", "setting"),
    [
        ("smtp://localhost", None, {}, "MAIL_FROM"),
        ("smtp://localhost", "sales", {}, "MAIL_FROM"),
        ("imap://localhost", "a@b.ru", {}, "SMTP_URL"),
        (None, None, {"telegram": "nonsense://secret"}, "APPRISE_URLS"),
        (None, None, {"email": "json://localhost"}, "APPRISE_URLS"),
    ],
)
def test_a_wrong_setting_is_named(smtp: str, sender: str, gateways: dict[str, str], setting: str) -> None:
    with pytest.raises(ValueError, match=setting) as caught:
        build(smtp, sender, gateways)
    assert "secret" not in str(caught.value)


def test_channels_by_name() -> None:
    built = build("smtp://localhost:25", "a@b.ru", {"telegram": "tgram://123456789:abcdefg_hijklmnop/{to}"})
    assert built.keys() == {"email", "telegram"}
    assert build(None, None, {}) == {}
