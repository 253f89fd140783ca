"""Children: stopped in steps, gone with their parent, with their own words in a log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from embedded.processes import Child, wait_gone

ROOT = Path(__file__).resolve().parents[2]


def child(tmp_path: Path, program: str) -> Child:
    return Child("test", [sys.executable, "-uc", program], tmp_path / "logs" / "test.log")


def wait_for(log: Path, word: str) -> None:
    deadline = time.monotonic() + 60
    while word not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < deadline, f"{word!r} never came"
        time.sleep(0.02)


def test_output_goes_to_the_log_and_the_status_is_kept(tmp_path: Path) -> None:
    one = child(tmp_path, "print('hello'); raise SystemExit(3)")
    one.start()
    assert one.wait(60)
    assert one.exit_code == 3
    assert one.log_tail() == "hello"
    assert not one.running


def test_the_tail_holds_only_this_run(tmp_path: Path) -> None:
    for word in ("first", "second"):
        one = child(tmp_path, f"print('{word}')")
        one.start()
        assert one.wait(60)
    assert one.log_tail() == "second"
    assert one.log.read_text() == "first\nsecond\n"


def test_stop_makes_sure_after_the_grace(tmp_path: Path) -> None:
    deaf = "import signal,time; signal.signal(15, signal.SIG_IGN); print('up'); time.sleep(60)"
    one = child(tmp_path, deaf)
    one.start()
    wait_for(one.log, "up")
    one.stop(grace=0.3)
    assert one.exit_code == -signal.SIGKILL
    one.stop()  # once more changes nothing


def test_kill_takes_its_children_along(tmp_path: Path) -> None:
    nested = "import subprocess,sys; print(subprocess.Popen(['sleep', '60']).pid); sys.stdin.read(); input()"
    one = child(tmp_path, nested.replace("sys.stdin.read(); input()", "import time; time.sleep(60)"))
    one.start()
    wait_for(one.log, "\n")
    grandchild = int(one.log_tail())
    one.kill()
    assert wait_gone(grandchild, 60)


def test_what_never_started_can_be_stopped(tmp_path: Path) -> None:
    one = child(tmp_path, "")
    one.stop()
    one.kill()
    assert one.pid is None
    assert one.exit_code is None
    assert one.log_tail() == ""


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the kernel's parent-death signal is Linux's"
)
def test_a_killed_parent_leaves_no_orphan(tmp_path: Path) -> None:
    parent = f"""
import time
from pathlib import Path
from embedded.processes import Child
one = Child("test", ["sleep", "60"], Path({str(tmp_path)!r}) / "log")
one.start()
print(one.pid, flush=True)
time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    orphan = int(process.stdout.readline())
    deadline = (
        time.monotonic() + 60
    )  # the launcher becomes `sleep` only after it has tied itself to the parent
    while psutil.Process(orphan).name() != "sleep":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.wait()
    process.stdout.close()
    assert wait_gone(orphan, 60)


def test_a_zombie_counts_as_gone() -> None:
    process = subprocess.Popen(["true"])
    assert wait_gone(process.pid, 60)
    process.wait()
    assert not wait_gone(os.getpid(), 0)
