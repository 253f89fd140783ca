"""The layout's rules (docs/decisions, design): who may import whom, how long things may be. Sources are
only read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests import architecture as arch
from tests.architecture import Module, Rule

ROOT = Path(__file__).resolve().parent.parent
SOFT_LINES, HARD_LINES, FUNCTION_LINES = 300, 400, 60
FIRST_PARTY = frozenset(
    {"activities", "api", "bench", "cli", "domain", "embedded", "onec_double", "settings"}
    | {"simulate", "store", "tests", "ui", "web", "worker", "workflows"}
)
DECLARATIONS = ("store/migrations/",)  # Alembic runs these files
READ_SIDE = ("store.queries", "store.definitions", "store.organisation", "store.files", "store.session")

RULES: Mapping[str, Rule] = {
    "domain": Rule(
        (),
        {"pydantic", "pydantic_core", "yaml"},
        "The domain is pure, so that it runs the same in a workflow, a simulation and a test: hand in what it needs.",
        only={"yaml": "domain/loading"},
    ),
    "store": Rule(
        ("domain",),
        None,
        "The store keeps what others decide. It must not know who asks.",
        forbidden=("temporalio", "fastapi"),
    ),
    "workflows": Rule(
        ("domain",),
        {"temporalio", "pydantic"},
        "Workflow code must replay for years: no input or output, and activities are called by name.",
        forbidden=("temporalio.client", "temporalio.worker"),
    ),
    "activities": Rule(
        ("domain", "store"),
        None,
        "Workflows and activities meet in worker.py alone, so that each can be tested without the other.",
        forbidden=("temporalio.client", "temporalio.workflow", "fastapi"),
    ),
    "api": Rule(
        ("domain", *READ_SIDE, "store.decisions", "store.knowing", "store.approvals"),
        None,
        "HTTP reads by store.queries and changes a deal through the gateway only: else PostgreSQL and Temporal differ.",
        forbidden=("temporalio.workflow", "temporalio.worker", "temporalio.activity"),
        only={"temporalio.client": "api/gateway"},
    ),
    "ui": Rule(
        ("domain", "api.auth", "api.language", "api.same_origin"),
        None,
        "Pages are a client of the API in the same process: what they lack is added there first, for everybody.",
        forbidden=("temporalio", "sqlalchemy"),
    ),
    "embedded": Rule(
        (), {"psutil"}, "Servers know nothing of deals, and a supervisor must not carry the SDK's threads."
    ),
    "onec_double": Rule(
        ("domain.webhooks",),
        None,
        "The double speaks 1C's protocol as 1C does: of ours it knows only how a hook is signed.",
        forbidden=("temporalio",),
    ),
    "settings": Rule((), {"pydantic", "pydantic_settings"}, "Settings are read first and know nothing."),
    "simulate": Rule(
        ("domain",),
        {"pydantic", "yaml"},
        "A simulation is the pure core on a clock of its own; servers are for its temporal engine.",
    ),
}
# The engine that plays on a real server puts the whole product together, as worker.py does.
COMPOSED = ("simulate/temporal", "simulate/virtual_clock")
# (start of the path, what it imports): why this is no breach. One that is no longer needed fails.
EXCEPTIONS: Mapping[tuple[str, str], str] = {
    ("api/answers.py", "store.writes"): "answers kept for idempotency keys belong to HTTP, not to a deal",
    (
        "api/routes/companies.py",
        "store.writes",
    ): "companies are plain records; no workflow stands behind them",
    ("api/routes/hooks.py", "store.intake"): "what came in is kept before a deal is known for it",
    ("api/routes/forms.py", "store.intake"): "who has least to do is asked before a deal is opened",
    ("api/routes/review.py", "store.intake"): "the key that links are signed with belongs to no deal",
    ("api/app.py", "store.accounts"): "a session lets in as a token does",
    ("api/routes/session.py", "store.accounts"): "signing in is no decision about a deal",
    ("api/hourly.py", "store.intake"): "tries are counted before anything is looked at",
    ("api/routes/staff.py", "store.accounts"): "who leaves is signed out in the same transaction",
    ("api/routes/passwords.py", "store.accounts"): "passwords belong to people, not to deals",
    ("api/routes/messages.py", "store.digests"): "a message to try one's channel belongs to no deal",
    ("api/routes/preferences.py", "store.accounts"): "language and theme belong to a person, not to a deal",
    ("api/routes/files.py", "store.writes"): "a file is known to the store before a deal's field names it",
    (
        "api/routes/messages.py",
        "store.channels",
    ): "how people want to be written to is no decision about a deal",
    ("api/routes/messages.py", "store.outbox"): "a digest belongs to no deal, so no workflow sends it again",
    ("api/routes/notifications.py", "store.writes"): "having read a notification is no decision about a deal",
    ("simulate/playing.py", "store.organisation_file"): "the organisation file's reader: text in, values out",
}
SETTINGS_READERS = frozenset({"worker", "web", "cli", "bench", "tests"})
LONG_FILES: Mapping[str, str] = {
    "domain/commands.py": "the catalogue of commands: one list to look through",
    "domain/deal.py": "the whole state of a deal, model by model",
    "domain/events.py": "the catalogue of event types, which history keeps for ever: one list to look through",
    "domain/evolve.py": "one short function per event type",
}

SOURCES = arch.modules(ROOT)
OURS = tuple(module for module in SOURCES if module.package != "tests")


def breaches() -> Iterator[tuple[str, str]]:
    """(path, finding) of every import against the rules, the exceptions not yet taken out."""
    for module in OURS:
        if module.package in RULES and not module.path.startswith(COMPOSED):
            for finding in arch.forbidden_imports(module, RULES[module.package], FIRST_PARTY):
                yield module.path, finding


def excepted(path: str, finding: str) -> tuple[str, str] | None:
    return next((key for key in EXCEPTIONS if path == key[0] and f" imports {key[1]}" in finding), None)


def test_packages_import_only_what_they_may() -> None:
    found = [finding for path, finding in breaches() if not excepted(path, finding)]
    assert not found, "\n".join(found)


def test_every_exception_is_still_needed() -> None:
    needed = {excepted(path, finding) for path, finding in breaches()}
    assert not EXCEPTIONS.keys() - needed, "Take these out of EXCEPTIONS."


def test_settings_are_read_at_the_edge() -> None:
    found = [
        f"{module.path}:{one.line} imports settings. Only {', '.join(sorted(SETTINGS_READERS))} read the "
        "environment; take the value as an argument."
        for module in SOURCES
        if module.package not in SETTINGS_READERS | {"settings"}
        for one in arch.imports(module)
        if one.module.split(".")[0] == "settings"
    ]
    assert not found, "\n".join(found)


def test_no_import_cycles() -> None:
    found = arch.cycles(SOURCES)
    assert not found, f"These need each other to be imported; move what they share into a third: {found}"


def test_files_are_short_enough_to_be_read() -> None:
    found = []
    for module in SOURCES:
        lines = len(module.source.splitlines())
        limit = HARD_LINES if module.package == "tests" or module.path in LONG_FILES else SOFT_LINES
        if lines > limit:
            found.append(
                f"{module.path} has {lines} lines, at most {limit} are allowed. Split it by what it does."
            )
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "check",
    [
        lambda module: arch.long_functions(module, FUNCTION_LINES),
        arch.module_state,
        arch.work_at_import,
        arch.bare_ignores,
    ],
    ids=["long functions", "module state", "work at import", "bare type: ignore"],
)
def test_each_module(check: Callable[[Module], Iterator[str]]) -> None:
    checked = [m for m in OURS if check is not arch.work_at_import or not m.path.startswith(DECLARATIONS)]
    found = [finding for module in checked for finding in check(module)]
    assert not found, "\n".join(found)


# -- the checker itself: each rule is seen to fail


def broken(path: str, source: str) -> list[str]:
    module = Module(path, source)
    return list(arch.forbidden_imports(module, RULES[module.package], FIRST_PARTY))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("domain/a.py", "import sqlalchemy"),
        ("domain/a.py", "def f():\n    from store import tables"),
        ("domain/deal.py", "import yaml"),
        ("store/a.py", "from activities.decisions import Decisions"),
        ("store/a.py", "import temporalio.client"),
        ("workflows/deal.py", "from store import queries"),
        ("workflows/deal.py", "import httpx"),
        ("activities/a.py", "from workflows import deal"),
        ("api/routes/a.py", "from store.writes import add_token"),
        ("api/routes/a.py", "from temporalio.client import Client"),
        ("embedded/a.py", "from temporalio import client"),
        ("simulate/model.py", "import store"),
    ],
)
def test_a_wrong_import_is_found(path: str, source: str) -> None:
    (finding,) = broken(path, source)
    assert path in finding
    assert RULES[path.split("/")[0]].why in finding


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("domain/a.py", "import re, pydantic\nfrom domain.deal import Deal\nfrom .deal import Deal"),
        ("domain/loading_yaml.py", "import yaml"),
        ("workflows/deal.py", "from temporalio import workflow\nfrom domain import deal"),
        ("api/gateway.py", "from temporalio.client import Client"),
        ("api/routes/a.py", "from store.queries import board\nfrom store import queries"),
    ],
)
def test_a_right_import_is_not(path: str, source: str) -> None:
    assert broken(path, source) == []


def test_a_cycle_is_found_and_a_deferred_import_is_none() -> None:
    a, b = Module("store/a.py", "from store import b"), Module("store/b.py", "import store.a")
    assert arch.cycles([a, b]) == [["store.a", "store.b"]]
    later = Module("store/b.py", "def f():\n    import store.a")
    assert arch.cycles([a, later]) == []


@pytest.mark.parametrize(
    ("check", "bad", "good"),
    [
        (arch.module_state, "cache = {}", "TITLES = {1: 2}\ncopy = dict(TITLES)"),
        (
            arch.module_state,
            "SEEN = []\ndef f():\n    SEEN.append(1)",
            "SEEN = []\ndef f(a):\n    a.append(1)",
        ),
        (arch.module_state, "SEEN: dict[int, int] = {}\nSEEN[1] = 2", "SEEN = {}\nx = SEEN[1]"),
        (arch.module_state, "def f():\n    global x\n    x = 1", "x = (1, 2)"),
        (
            arch.work_at_import,
            "engine()",
            '"""Words."""\nA.model_rebuild()\nif __name__ == "__main__":\n    main()',
        ),
        (arch.bare_ignores, "x = y  # type: " + "ignore", "x = y  # type: ignore[misc]"),
        (lambda m: arch.long_functions(m, 2), "def f():\n    1\n    2", "def f():\n    1"),
    ],
)
def test_each_check_sees_red(check: Callable[[Module], Iterator[str]], bad: str, good: str) -> None:
    assert list(check(Module("store/a.py", bad)))
    assert not list(check(Module("store/a.py", good)))
