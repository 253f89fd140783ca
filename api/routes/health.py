"""For machines that watch the process: is it alive, can it work, how much does it do."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text

from api.deps import Deps, World
from api.metrics import Metrics

_SECONDS = 3.0


def router(metrics: Metrics) -> APIRouter:
    """The routes of one application."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Процесс жив · The process is alive."""
        return {"status": "ok"}

    @routes.get("/readyz", responses={503: {"description": "`failed` says what cannot be reached"}})
    async def readyz(deps: World) -> Response:
        """Temporal и база доступны · Temporal and the database can be reached."""
        temporal, database = await asyncio.gather(_temporal(deps), _database(deps))
        parts = {"temporal": temporal, "database": database}
        failed = [name for name, ok in parts.items() if not ok]
        body = {
            "status": "unavailable" if failed else "ok",
            "failed": failed,
            **{name: "ok" if ok else "unreachable" for name, ok in parts.items()},
        }
        return JSONResponse(body, 503 if failed else 200)

    @routes.get("/metrics", response_class=Response)
    async def prometheus() -> Response:
        """Метрики Prometheus · Prometheus metrics."""
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return routes


async def _temporal(deps: Deps) -> bool:
    try:
        async with asyncio.timeout(_SECONDS):
            return await deps.gateway.ready()
    except Exception:  # whatever it is, Temporal cannot be reached
        return False


async def _database(deps: Deps) -> bool:
    try:
        async with asyncio.timeout(_SECONDS), deps.engine.connect() as connection:
            await connection.execute(text("SELECT 1 FROM deals LIMIT 1"))
        return True
    except Exception:  # whatever it is, the database cannot be reached or has no tables yet
        return False
