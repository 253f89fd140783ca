"""Composition root of the worker: the only place where workflows meet activities."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.approvals import Approvals
from activities.channels.building import build
from activities.decisions import Decisions
from activities.delivery import Delivery
from activities.digests import Digests
from activities.documents import Documents
from activities.messages import Messages
from activities.onec import OneC
from activities.onec_absent import ABSENT
from activities.onec_client.mapping_file import load_mapping
from activities.onec_client.odata import make_client
from activities.onec_watch import Tell, Watch
from api.gateway import TemporalGateway
from api.precheck import Precheck
from cli import exit as process_exit
from domain.commands import Happened
from domain.events import SYSTEM
from domain.folders import TEMPLATES
from settings import Settings
from store.definitions import DefinitionCache
from store.files import from_url
from store.organisation import OrganisationCache
from store.session import make_engine
from workflows import policies
from workflows.approval import ApprovalWorkflow
from workflows.deal import DealWorkflow

log = logging.getLogger("voronka.worker")
GRACE = timedelta(seconds=10)  # what runs at a stop may finish
CACHED_DEALS = 2000  # about 125 KB each (docs/performance.md)


def activities(engine: AsyncEngine, delivery: Delivery | None = None) -> list[Callable[..., Any]]:
    """Every activity of the product, with its dependencies."""
    organisations = OrganisationCache()
    decisions = Decisions(engine, DefinitionCache(engine), organisations)
    approvals = Approvals(engine, organisations)
    messages = Messages(engine, delivery)
    return [decisions.decide, decisions.load, approvals.decide, approvals.load, messages.deliver]


def build_worker(
    client: Client,
    engine: AsyncEngine,
    task_queue: str,
    *,
    cached_deals: int = CACHED_DEALS,
    delivery: Delivery | None = None,
    onec: Sequence[Callable[..., Any]] = (),
    documents: Documents | None = None,
    checked: bool = False,
) -> Worker:
    """A worker for deals. One process uses one core: run as many as there are cores to spare.

    Without `delivery` messages stay in the outbox; without `documents` none are made. `onec`: the activities that
    speak to 1C. `checked`: in the SDK's sandbox, which looks for what is not deterministic; tests run so
    (docs/decisions/0007).
    """
    outside = [*onec, *([documents.effect_document] if documents else [])]
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[DealWorkflow, ApprovalWorkflow],
        activities=[*activities(engine, delivery), *outside],
        workflow_runner=SandboxedWorkflowRunner() if checked else UnsandboxedWorkflowRunner(),
        max_cached_workflows=cached_deals,
        sticky_queue_schedule_to_start_timeout=policies.STICKY_TIMEOUT,
        graceful_shutdown_timeout=GRACE,
    )


async def register_search_attributes(client: Client) -> None:
    """Makes the product's search attributes known to the namespace; repeating it is harmless."""
    keyword, moment = (
        IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    )
    names = {key.name: keyword for key in policies.KEYWORDS} | {policies.STAGE_DEADLINE.name: moment}
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=names)
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        # Temporal Cloud has its own way; deals cannot start without the attributes, so say which.
        log.warning("search attributes not registered (%s); add them by hand: %s", error, ", ".join(names))


async def connect() -> Client:
    """A client by the standard TEMPORAL_* variables or profile file."""
    return await Client.connect(**ClientConfig.load_client_connect_config(), identity="voronka-worker")


@asynccontextmanager
async def onec(
    settings: Settings, engine: AsyncEngine, client: Client
) -> AsyncIterator[Sequence[Callable[..., Any]]]:
    """The activities that speak to the company's 1C, or those that stand in where it has none.

    1C is watched meanwhile. Raises InvalidMapping, OSError.
    """
    if settings.onec_url is None:
        yield ABSENT
        return
    file = settings.onec_mapping()
    mapping = load_mapping(file.read_text(encoding="utf-8"), str(file))
    async with make_client(settings.onec_url, settings.onec_user, settings.onec_password) as spoken:
        made = OneC(spoken, mapping, engine, from_url(settings.files()))
        watch = Watch(engine, made, words_to_deals(client, engine, settings), settings.onec_poll_seconds)
        watching = asyncio.create_task(watch.run())
        try:
            yield (made.effect_onec_task, made.effect_onec_offer, made.onec_pull, made.onec_changes)
        finally:
            watching.cancel()
            await asyncio.wait([watching])


def words_to_deals(client: Client, engine: AsyncEngine, settings: Settings) -> Tell:
    """How what 1C says when it is asked reaches a deal: as its signed messages do, through the gateway."""
    checks = Precheck(engine, DefinitionCache(engine), OrganisationCache())
    gateway = TemporalGateway(client, checks, settings.task_queue, settings.history_threshold)

    async def tell(deal: str, command: Happened, id: str) -> None:
        await gateway.command(deal, command, SYSTEM, id, wait=True)

    return tell


async def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, then lets what runs finish. ValueError: a channel's setting is wrong."""
    channels = build(settings.smtp_url, settings.mail_from, settings.gateways)
    if channels and settings.public_url is None:
        log.warning("messages link to %s, for this machine alone: set VORONKA_URL", settings.address())
    client = await connect()
    await register_search_attributes(client)
    engine = make_engine(settings.require_database_url())
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        files = from_url(settings.files())
        delivery = Delivery(engine, channels, files, address=settings.address())
        documents = Documents(engine, files, settings.pipelines / TEMPLATES)
        async with (
            onec(settings, engine, client) as spoken,
            build_worker(
                client, engine, settings.task_queue, delivery=delivery, onec=spoken, documents=documents
            ),
        ):
            log.info("worker polls %s", settings.task_queue)
            await Digests(engine, delivery).run(stop)
    finally:
        await engine.dispose()


def main() -> None:
    """Runs the worker by the environment's settings."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log what people search for in 1C
    asyncio.run(run(Settings()))


if __name__ == "__main__":
    process_exit.run(main)
