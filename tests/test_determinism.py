"""Code that workflows run must give the same for ever: no clocks, chance, environment or files in it.

In production workflows run without the SDK's sandbox (docs/decisions/0007), so this looks for what it would refuse;
tests run them inside the sandbox as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = {
    "random",
    "secrets",
    "time",
    "os",
    "socket",
    "subprocess",
    "threading",
    "tempfile",
    "requests",
    "httpx",
}
CALLS = {
    "now", "utcnow", "today", "uuid1", "uuid4", "getenv", "urandom", "open", "input", "getrandbits", "monotonic",
}  # fmt: skip
FROM_TEMPORAL = {"workflow.now", "workflow.uuid4", "workflow.random"}
# Loading reads definitions from files, outside of workflows.
NOT_RUN_THERE = {"domain/loading.py"}


def breaches(source: str) -> Iterator[str]:
    """What in the source is not deterministic, with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            yield from (
                f"line {node.lineno} imports {name}" for name in names if name.split(".")[0] in MODULES
            )
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.split(".")[-1] in CALLS and called not in FROM_TEMPORAL:
                yield f"line {node.lineno} calls {called}"


def test_workflows_and_the_core_are_deterministic() -> None:
    files = [file for folder in ("workflows", "domain") for file in (ROOT / folder).rglob("*.py")]
    assert len(files) > 50
    found = [
        f"{file.relative_to(ROOT)}: {breach}. Take it as an argument, or from `workflow`."
        for file in files
        if str(file.relative_to(ROOT)) not in NOT_RUN_THERE
        for breach in breaches(file.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from time import sleep",
        "from datetime import datetime\ndatetime.now()",
        "import uuid\nuuid.uuid4()",
        "open('x')",
    ],
)
def test_each_kind_of_breach_is_seen(source: str) -> None:
    assert list(breaches(source))


def test_what_temporal_gives_is_no_breach() -> None:
    assert not list(breaches("from temporalio import workflow\nworkflow.now()\nworkflow.uuid4()"))
