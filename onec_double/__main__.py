"""`python -m onec_double --data FOLDER`: serves the double until it is stopped.

The first line of its output is `1C double: http://HOST:PORT` once it listens. Secrets come by the environment:
ONEC_DOUBLE_PASSWORD (demo where unset) and ONEC_DOUBLE_HOOK_SECRET.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from onec_double import control, seeds
from onec_double.base import Base
from onec_double.faults import Faults
from onec_double.hooks import HookSender
from onec_double.odata import Interface


def build(base: Base, user: str, password: str, sender: HookSender | None) -> Faults:
    """The whole double as an ASGI application."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(sender.run()) if sender else None
        yield
        if task:
            task.cancel()
        base.close()

    app = FastAPI(title="1C double", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    faults = Faults(app)
    app.include_router(Interface(base, user, password).router())
    app.include_router(control.router(base, faults))
    return faults


def main() -> None:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(prog="python -m onec_double", description="A double of 1C:Enterprise.")
    parser.add_argument("--data", type=Path, required=True, help="folder for its base and ledger.jsonl")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--user", default="voronka")
    parser.add_argument("--hook-url", help="where webhooks go, such as http://127.0.0.1:8000/api/hooks/1c")
    parser.add_argument("--hook-pace", type=float, default=1.0, help="factor for the delays between repeats")
    options = parser.parse_args()
    secret = os.environ.get("ONEC_DOUBLE_HOOK_SECRET", "")
    if options.hook_url and not secret:
        parser.error("--hook-url needs ONEC_DOUBLE_HOOK_SECRET (whsec_…)")
    logging.basicConfig(level=logging.WARNING)
    base = Base(options.data)
    seeds.fill(base)
    sender = HookSender(base, options.hook_url, secret, options.hook_pace) if options.hook_url else None
    app = build(base, options.user, os.environ.get("ONEC_DOUBLE_PASSWORD", "demo"), sender)
    listener = socket.create_server((options.host, options.port))
    print(f"1C double: http://{options.host}:{listener.getsockname()[1]}", flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn ends well and then raises the signal again
        server.run([listener])


if __name__ == "__main__":
    main()
