"""How somebody is reached: their phone and e-mail as links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from nicegui import ui


def draw_ways(contact: Mapping[str, Any]) -> None:
    """A link for the phone and one for the e-mail address of `{phone, email}`, as far as they are known."""
    phone, email = (str(contact.get(part) or "") for part in ("phone", "email"))
    if phone:
        ui.link(phone, f"tel:{''.join(sign for sign in phone if sign.isdigit() or sign == '+')}")
    if email:
        ui.link(email, f"mailto:{quote(email, safe='@')}").classes("wrap")
