"""The application: routes and layers put together from what it is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from fastapi.middleware import Middleware
from sqlalchemy.ext.asyncio import AsyncEngine

from api import docs, problems
from api.answers import StoredAnswers
from api.auth import Tokens
from api.body_limit import BodyLimit
from api.deps import Deps
from api.gateway import Gateway
from api.idempotency import Repeats
from api.metrics import Measured, Metrics
from api.replies import describe_problems
from api.routes import (
    approvals,
    boards,
    calendar,
    companies,
    deals,
    files,
    forms,
    health,
    hooks,
    involving,
    leaving,
    message_templates,
    messages,
    notifications,
    onec,
    organisation,
    passwords,
    pipelines,
    preferences,
    problem_pages,
    public_pages,
    reports,
    review,
    roles,
    session,
    staff,
    tasks,
)
from domain.facts import Employee
from store import accounts
from store.definitions import DefinitionCache
from store.files import FileStore
from store.organisation import OrganisationCache
from store.session import single_statements

# What addresses of the API begin with; all others belong to the pages (see web.py).
FIRST_WORDS = frozenset({"api", "session", "healthz", "readyz", "metrics", "forms", "review"})
_DESCRIPTION = """\
Сделки по воронкам: каждая сделка ведётся долгоживущим процессом. \
Deals in pipelines: each deal is led by a long-running process.

Ошибки — RFC 9457 (application/problem+json), язык по Accept-Language. \
Errors are RFC 9457 problems in the language of Accept-Language.

Любой POST и PATCH можно повторить с тем же Idempotency-Key: он выполнится один раз. \
Any POST and PATCH may be repeated with the same Idempotency-Key: it is carried out once.

Тексты для людей — объекты {"ru": …, "en": …}; деньги — строки; моменты — ISO 8601 с поясом. \
Texts for people are objects {"ru": …, "en": …}; money is a string; moments are ISO 8601 with an offset.
"""
_TAGS = [
    {"name": "deals", "description": "Сделки · Deals"},
    {"name": "tasks", "description": "Задачи · Tasks"},
    {"name": "assignments", "description": "Поручения · Assignments"},
    {"name": "approvals", "description": "Согласования · Approvals"},
    {"name": "files", "description": "Файлы · Files"},
    {"name": "companies", "description": "Компании · Companies"},
    {"name": "pipelines", "description": "Воронки · Pipelines"},
    {"name": "organisation", "description": "Организация · The organisation"},
    {"name": "messages", "description": "Исходящие сообщения и каналы · The outbox and channels"},
    {"name": "hooks", "description": "Внешние системы и входящие · Other systems and the inbox"},
    {"name": "public", "description": "Открытые формы · Public forms"},
    {"name": "reports", "description": "Отчёты · Reports"},
    {"name": "notifications", "description": "Уведомления · Notifications"},
    {"name": "problems", "description": "Виды отказов · Kinds of problems"},
    {"name": "health", "description": "Состояние · Health"},
]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def make_deps(
    engine: AsyncEngine,
    gateway: Gateway,
    files: FileStore,
    definitions: DefinitionCache,
    organisations: OrganisationCache,
    now: Callable[[], datetime] = _utc_now,
    demo: bool = False,
    sends_by: tuple[str, ...] = (),
) -> Deps:
    """What routes need, from the few things that differ between a process and a test."""
    reads = single_statements(engine)

    async def lookup(token_hash: str) -> Employee | None:
        async with reads.connect() as connection:
            return await accounts.caller(connection, token_hash, now())

    return Deps(
        engine=engine,
        reads=reads,
        gateway=gateway,
        files=files,
        definitions=definitions,
        organisations=organisations,
        tokens=Tokens(lookup, demo=demo),
        answers=StoredAnswers(engine),
        now=now,
        demo=demo,
        sends_by=sends_by,
    )


def create_app(deps: Deps) -> FastAPI:
    """The application. It opens and closes nothing: whoever made `deps` does."""
    metrics = Metrics()
    app = FastAPI(
        title="Voronka",
        version="1",
        description=_DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,  # the framework's page loads its scripts from a foreign host
        redoc_url=None,
        openapi_tags=_TAGS,
        middleware=[  # outermost first
            Middleware(Measured, metrics=metrics),
            Middleware(problems.Guard),
            Middleware(BodyLimit, upload_path="/api/files"),
            Middleware(Repeats, answers=deps.answers, tokens=deps.tokens),
        ],
    )
    app.state.deps = deps
    problems.install(app)
    for module in (
        deals,
        tasks,
        involving,
        approvals,
        files,
        companies,
        pipelines,
        organisation,
        staff,
        leaving,
        passwords,
        roles,
        calendar,
        notifications,
        messages,
        message_templates,
        hooks,
        onec,
        forms,
        reports,
        review,
        public_pages,
        preferences,
        session,
        problem_pages,
    ):
        app.include_router(module.router)
    app.include_router(boards.router())
    app.include_router(health.router(metrics))
    app.include_router(docs.router(app))
    _describe_problems(app)
    return app


def _describe_problems(app: FastAPI) -> None:
    """Adds the shape of problems to the API description, once it is first asked for."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        document = original()
        document["components"]["schemas"]["Problem"] = problems.SCHEMA
        describe_problems(document)
        return document

    app.openapi = openapi  # type: ignore[method-assign]
