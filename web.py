"""Composition root of the web process: settings, PostgreSQL, Temporal, files, the API over them, the UI over it."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import uvicorn
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp, Receive, Scope, Send
from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from activities.onec import OneC
from activities.onec_client.errors import OneCError, Unavailable
from activities.onec_client.mapping_file import load_mapping
from activities.onec_client.odata import make_client
from api import discreet_logs
from api.app import FIRST_WORDS, create_app, make_deps
from api.gateway import TemporalGateway
from api.goods import FindGoods, Goods, GoodsUnavailable
from api.precheck import Precheck
from cli import exit as process_exit
from settings import Settings
from store import queries
from store.changes import changes
from store.definitions import DefinitionCache
from store.files import from_url
from store.organisation import OrganisationCache
from store.session import make_engine
from ui.mount import World, create_ui

log = logging.getLogger("voronka.web")
GRACE_SECONDS = 10  # calls that run at a stop may finish
GOODS_SECONDS = 10.0  # that a person waits for a search in 1C


def build_api(
    client: Client, engine: AsyncEngine, settings: Settings, goods: FindGoods | None = None
) -> FastAPI:
    """The API on this Temporal and this PostgreSQL; `goods` looks them up in 1C."""
    definitions, organisations = DefinitionCache(engine), OrganisationCache()
    checks = Precheck(engine, definitions, organisations)
    gateway = TemporalGateway(client, checks, settings.task_queue, settings.history_threshold)
    deps = make_deps(
        engine,
        gateway,
        from_url(settings.files()),
        definitions,
        organisations,
        demo=settings.sign_in == "demo",
        sends_by=settings.sends_by(),
    )
    return create_app(replace(deps, goods=goods))


@asynccontextmanager
async def find_goods(settings: Settings) -> AsyncIterator[FindGoods | None]:
    """How people look goods up in the company's 1C; None where it has none. Raises InvalidMapping, OSError."""
    if settings.onec_url is None:
        yield None
        return
    file = settings.onec_mapping()
    mapping = load_mapping(file.read_text(encoding="utf-8"), str(file))
    async with make_client(settings.onec_url, settings.onec_user, settings.onec_password) as spoken:
        onec = OneC(spoken, mapping)

        async def find(query: str, limit: int) -> list[Goods]:
            try:
                async with asyncio.timeout(GOODS_SECONDS):
                    found = await onec.pull_nomenclature(query, limit=limit)
            except TimeoutError:
                raise GoodsUnavailable(Unavailable.type) from None
            except OneCError as error:
                log.warning("1C does not tell its goods: %s", error)
                raise GoodsUnavailable(error.type) from None
            return [Goods.model_validate(item.model_dump(include=set(Goods.model_fields))) for item in found]

        yield find


def build_app(
    client: Client, engine: AsyncEngine, settings: Settings, goods: FindGoods | None = None
) -> ASGIApp:
    """API and UI under one address. The UI's library allows one UI in a process."""
    api = build_api(client, engine, settings, goods)

    async def people() -> list[tuple[str, str, str]]:
        async with engine.connect() as connection:
            found = await queries.employees(connection, active=True)
        return [(employee.id, employee.name, employee.position) for employee in found]

    pages = create_ui(
        World(
            api=api,
            changes=lambda: changes(engine),
            people=people if settings.sign_in == "demo" else None,
            operator_url=settings.temporal_web_url,
        )
    )
    return Together(api, pages)


class Together:
    """ASGI: addresses whose first word is the API's go to the API; all others, and the lifespan, to the UI."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        first = scope.get("path", "").removeprefix("/").partition("/")[0]
        chosen = self._api if scope["type"] == "http" and first in FIRST_WORDS else self._pages
        await chosen(scope, receive, send)


async def connect() -> Client:
    """A client by the standard TEMPORAL_* variables or profile file; it connects with its first call.

    So a Temporal that is away keeps nobody from reading, and `/readyz` says what is wrong.
    """
    config = ClientConfig.load_client_connect_config()
    return await Client.connect(**config, identity="voronka-web", lazy=True)


async def run(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT, then lets calls that run finish."""
    engine = make_engine(settings.require_database_url(), application="voronka-web")
    try:
        async with find_goods(settings) as goods:
            config = uvicorn.Config(
                build_app(await connect(), engine, settings, goods),
                host=settings.host,
                port=settings.port,
                log_level=settings.log_level.lower(),
                access_log=False,  # addresses carry what people search for; /metrics counts the calls
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
            server = uvicorn.Server(config)
            # uvicorn raises a caught signal again at its end; with handlers of ours there a clean stop stays one.
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, _stop, server)
            await server.serve()
    finally:
        await engine.dispose()


def _stop(server: uvicorn.Server) -> None:
    """Asks once more for what uvicorn's own handler has asked for; by `handle_exit` it would mean «at once»."""
    server.should_exit = True


def _without_sockets(record: logging.LogRecord) -> bool:
    """The server tells of each socket with its address, which names a page: whoever knows it could speak for it."""
    return "WebSocket" not in str(record.msg)


def main() -> None:
    """Entry point of the process."""
    settings = Settings()
    logging.basicConfig(level=settings.log_level)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the pages' calls to the API; /metrics counts them
    logging.getLogger("uvicorn.error").addFilter(_without_sockets)
    discreet_logs.install()
    asyncio.run(run(settings))


if __name__ == "__main__":
    process_exit.run(main)
