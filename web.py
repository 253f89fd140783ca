"""Composition root of the web process: settings, PostgreSQL, Temporal, files, the application over them."""

from __future__ import annotations

import asyncio
import logging
import signal

import uvicorn
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from api.app import create_app, make_deps
from api.gateway import TemporalGateway
from api.precheck import Precheck
from cli import exit as process_exit
from settings import Settings
from store.definitions import DefinitionCache
from store.files import from_url
from store.organisation import OrganisationCache
from store.session import make_engine

GRACE_SECONDS = 10  # calls that run at a stop may finish


def build_app(client: Client, engine: AsyncEngine, settings: Settings) -> FastAPI:
    """The application on this Temporal and this PostgreSQL."""
    definitions, organisations = DefinitionCache(engine), OrganisationCache()
    checks = Precheck(engine, definitions, organisations)
    gateway = TemporalGateway(client, checks, settings.task_queue, settings.history_threshold)
    return create_app(make_deps(engine, gateway, from_url(settings.files()), definitions, organisations))


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
        config = uvicorn.Config(
            build_app(await connect(), engine, settings),
            host=settings.host,
            port=settings.port,
            log_level=settings.log_level.lower(),
            access_log=False,  # addresses carry what people search for; /metrics counts the calls
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        server = uvicorn.Server(config)
        # uvicorn raises a caught signal again at its end; with handlers of ours there a clean stop stays one.
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, server.handle_exit, number, None)
        await server.serve()
    finally:
        await engine.dispose()


def main() -> None:
    """Entry point of the process."""
    settings = Settings()
    logging.basicConfig(level=settings.log_level)
    asyncio.run(run(settings))


if __name__ == "__main__":
    process_exit.run(main)
