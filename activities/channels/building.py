"""The channels that the settings name."""

from __future__ import annotations

from collections.abc import Mapping

from activities.channels.base import Channel
from activities.channels.mail import Mail, MailServer
from domain.messages import EMAIL, INSIDE, MESSENGER

_TAKEN = (EMAIL, INSIDE, MESSENGER, "client")


def build(smtp_url: str | None, mail_from: str | None, gateways: Mapping[str, str]) -> dict[str, Channel]:
    """Channels by name, `email` among them where there is a mail server. ValueError says which setting is wrong.

    `gateways` are Apprise URLs by name, with `{to}` where the address belongs.
    """
    built: dict[str, Channel] = {}
    if smtp_url:
        if not mail_from:
            raise ValueError("MAIL_FROM is not set: SMTP_URL needs the address that mail comes from")
        built[EMAIL] = Mail(MailServer.from_url(smtp_url), mail_from)
    if gateways:
        # Apprise takes a while to load, and most installations have no gateway.
        from activities.channels.gateway import Gateway

        for name, url in gateways.items():
            if name in _TAKEN:
                raise ValueError(f"APPRISE_URLS: {name} has a meaning of its own; choose another name")
            built[name] = Gateway(name, url)
    return built
