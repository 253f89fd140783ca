"""Programs that used a Temporal client end with the right status and all of their output: 50 times of 50."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from embedded.temporal import TemporalServer

ROOT = Path(__file__).resolve().parents[2]
RUNS = 50

# Without `run` around it, about every fifth of these died by SIGABRT or SIGSEGV, and most of those that
# cancel a long poll hung.
PROGRAM = """
import asyncio, atexit, sys
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import PollWorkflowTaskQueueRequest
from temporalio.client import Client
from cli.exit import run

async def work(address: str, ending: str) -> int:
    client = await Client.connect(address)
    if ending == "cancel":
        request = PollWorkflowTaskQueueRequest(namespace="default", task_queue=TaskQueue(name="nobody"))
        poll = asyncio.create_task(client.workflow_service.poll_workflow_task_queue(request))
        await asyncio.sleep(0.05)
        poll.cancel()
    if ending == "raise":
        raise RuntimeError("on purpose")
    if ending == "exit":
        sys.exit(7)
    return 3 if ending == "three" else 0

def main() -> int:
    atexit.register(print, "handler ran")
    print("out")
    return asyncio.run(work(*sys.argv[1:]))

run(main)
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with TemporalServer.temporary() as server:
        yield server.address


def ends(address: str, ending: str) -> tuple[int, str]:
    command = [sys.executable, "-c", PROGRAM, address, ending]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    return done.returncode, done.stdout


EXPECTED = {"zero": 0, "three": 3, "exit": 7, "raise": 1, "cancel": 0}


def test_fifty_of_fifty_programs_end_with_their_own_status(address: str) -> None:
    endings = [list(EXPECTED)[number % len(EXPECTED)] for number in range(RUNS)]
    with ThreadPoolExecutor(3) as pool:
        seen = Counter(zip(endings, pool.map(lambda ending: ends(address, ending), endings), strict=True))
    wanted = {
        (ending, (EXPECTED[ending], "out\nhandler ran\n")): RUNS // len(EXPECTED) for ending in EXPECTED
    }
    assert seen == wanted


@pytest.mark.parametrize(("outcome", "status"), [("assert True", 0), ("assert False", 1)])
def test_pytest_keeps_its_status_and_its_output(tmp_path: Path, outcome: str, status: int) -> None:
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (tmp_path / "test_it.py").write_text(f"def test_it():\n    {outcome}\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        "/dev/null",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == status
    assert f"1 {'failed' if status else 'passed'}" in done.stdout


def test_a_closed_pipe_is_a_failure_not_a_traceback() -> None:
    program = "from cli.exit import run; run(lambda: print('x' * 100_000))"
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.close()
    _, errors = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "Fatal" not in errors
