"""Pages without a browser: the UI library's simulated user, on the API of this process and a real PostgreSQL."""

from __future__ import annotations

import contextlib
import gc
import os
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
from nicegui import Client, core, ui
from nicegui.functions.download import download
from nicegui.functions.navigate import Navigate
from nicegui.functions.notify import notify
from nicegui.testing import User
from nicegui.testing.general import nicegui_reset_globals, prepare_simulation

from api.auth import SESSION_COOKIE, token_hash
from store import accounts
from store.changes import changes
from tests.api.conftest import World as ApiWorld
from ui.mount import World, register

_SIMULATED = "NICEGUI_USER_SIMULATION"


@contextlib.asynccontextmanager
async def visiting(world: ApiWorld, person: str | None, language: str = "ru") -> AsyncIterator[User]:
    """A person at the pages, signed in unless None. Leaves the library as it was before."""
    token = f"session_{uuid.uuid4().hex}"
    if person:
        async with world.engine.begin() as connection:
            await accounts.open_session(connection, token_hash(token), person, datetime.now(UTC))
    failure: BaseException | None = None
    gc.collect()
    gc.freeze()  # the library collects garbage twice more: what is here before the visit is no part of that
    with nicegui_reset_globals():
        os.environ[_SIMULATED] = "true"
        try:
            prepare_simulation()
            register(World(api=world.app, changes=lambda: changes(world.engine)))
            async with core.app.router.lifespan_context(core.app):
                transport = httpx.ASGITransport(core.app)
                cookies = {SESSION_COOKIE: token} if person else {}
                headers = {"Accept-Language": language}
                async with httpx.AsyncClient(
                    transport=transport, base_url="http://test", cookies=cookies, headers=headers
                ) as client:
                    try:
                        yield User(client)
                    except BaseException as error:  # the library shuts down only when nothing was raised
                        failure = error
            if failure:
                raise failure
        finally:
            os.environ.pop(_SIMULATED, None)
            ui.navigate, ui.notify, ui.download = Navigate(), notify, download
            Client.page_routes.clear()  # else the library would take our modules out of sys.modules
