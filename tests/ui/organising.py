"""What people do on the organisation's page, without a browser, and what the API says of it afterwards."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import Client, ElementFilter, ui
from nicegui.testing import User
from nicegui.testing.user_interaction import UserInteraction

from tests.api.conftest import World


def page_of(user: User) -> Client:
    """The page that the person has open."""
    assert user.client
    return user.client


def labelled(user: User, name: str) -> Any:
    """The field with this label, or this name for screen readers: the newest, as closed dialogs stay here."""
    with page_of(user):
        found = [
            one for one in ElementFilter() if name in (one.props.get("label"), one.props.get("aria-label"))
        ]
    assert found, f"no field is named {name}"
    return max(found, key=lambda one: one.id)


def buttons(user: User) -> dict[str, ui.button]:
    """The buttons that can be seen, by their text or their name for screen readers; of several the newest."""
    with page_of(user):
        found = sorted(ElementFilter(kind=ui.button), key=lambda one: one.id)
    return {one.text or one.props.get("aria-label") or "": one for one in found if one.visible}


def click(user: User, name: str) -> None:
    """Clicks the button of this name."""
    found = buttons(user)
    assert name in found, f"no button {name} among {list(found)}"
    UserInteraction(user, {found[name]}, None).click()


def pick(user: User, name: str) -> None:
    """Clicks the item of a menu or a list that holds this text."""
    with page_of(user):
        items = [*ElementFilter(kind=ui.menu_item), *ElementFilter(kind=ui.item)]
        found = [item for item in items if name in {getattr(one, "text", "") for one in item.descendants()}]
    assert found, f"no item {name}"
    UserInteraction(user, {found[-1]}, None).click()


def choose(user: User, name: str, value: Any) -> None:
    """Chooses in the field, as a person does."""
    with page_of(user):
        labelled(user, name).set_value(value)


async def until(holds: Callable[[], object | Awaitable[object]]) -> None:
    """Waits for what handlers do beside the test; fails after a minute."""
    async with asyncio.timeout(60):
        while True:
            result = holds()
            if await result if isinstance(result, Awaitable) else result:
                return
            await asyncio.sleep(0.02)


def shown(user: User) -> set[str]:
    """The texts of all elements that can be seen."""
    with page_of(user):
        texts = {getattr(one, "text", None) for one in ElementFilter() if one.visible}
    return {text for text in texts if isinstance(text, str)}


async def seen(user: User, text: str) -> None:
    """Waits for an element that holds the text."""
    await until(lambda: any(text in label for label in shown(user)))


async def asked(world: World, path: str) -> Any:
    """What the API says to the director."""
    async with world.client("director") as client:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def person(world: World, **more: object) -> str:
    """The id of a new employee of this test's own."""
    async with world.client("director") as client:
        body = {"name": f"Тестова{uuid.uuid4().hex[:6]} Анна", **more}
        return str((await client.post("/api/employees", json=body)).json()["id"])
