"""Histories of real deals still replay on today's workflow, whatever has changed in the rules since.

After a change that is meant, and only then: `python -m tests.replay.record`.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import pytest
from temporalio.worker import Replayer

import activities.decisions
import domain.decide
from domain import wire
from domain.commands import PUBLIC
from domain.deal import Deal
from tests.replay import corpus
from tests.replay.mutant import TimerFirst
from workflows.deal import DealWorkflow

ENTRIES = corpus.entries()
each = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


async def replays(data: dict[str, Any], workflow: type = DealWorkflow) -> Exception | None:
    """None if the history replays, else why it does not."""
    replayer = Replayer(workflows=[workflow])
    history = corpus.as_history("replayed", data)
    return (await replayer.replay_workflow(history, raise_on_replay_failure=False)).replay_failure


@each
async def test_history_replays(entry: corpus.Entry) -> None:
    assert await replays(entry.read()) is None


@each
async def test_a_workflow_that_acts_otherwise_is_found_out(entry: corpus.Entry) -> None:
    failure = await replays(entry.read(), TimerFirst)
    assert failure is not None
    assert "TMPRL1100" in str(failure), failure


@each
async def test_old_events_still_lead_to_the_same_deal(entry: corpus.Entry) -> None:
    known = Deal.model_validate(entry.state) if entry.state else None
    assert corpus.folded(entry.read()) == known


async def test_replay_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a change in the rules, of any size, cannot break a deal that lives: what was decided stays decided."""

    def never(*_: object) -> NoReturn:
        raise AssertionError("replay called decide")

    monkeypatch.setattr(domain.decide, "decide", never)
    monkeypatch.setattr(activities.decisions, "decide", never)
    for entry in ENTRIES:
        assert await replays(entry.read()) is None, entry.name


@each
async def test_events_of_a_newer_version_fold_as_nothing(entry: corpus.Entry) -> None:
    """As after a way back to an older release: unknown events, and unknown parts of known ones."""
    data = entry.read()

    def change(answer: dict[str, Any]) -> dict[str, Any]:
        rows = wire.unpacked(answer["events"])
        newer = [[row["seq"], row["at"], row["by"], {**row["event"], "newer": {"a": 1}}] for row in rows]
        if rows and rows[0]["seq"] > 1:
            newer.append([answer["seq"], rows[-1]["at"], "system", {"type": "teleported", "to": "moon"}])
        return {**answer, "events": newer, "newer": True}

    changed = corpus.replace_decisions(data, change)
    assert changed or entry.name == "refused" or not list(corpus.decisions(data))
    assert await replays(data) is None
    if entry.state:
        found = corpus.folded(data)
        assert found is not None
        assert found.model_copy(update={"at": None}) == Deal.model_validate(entry.state).model_copy(
            update={"at": None}
        )


async def test_an_answer_that_no_longer_folds_is_found_out() -> None:
    """The corpus guards `evolve` too: an event type that is dropped, or loses its meaning, fails here."""
    entry = next(entry for entry in ENTRIES if entry.name == "updates_1")
    data = entry.read()
    corpus.replace_decisions(data, lambda answer: {**answer, "events": []})
    assert await replays(data) is not None


def test_the_corpus_holds_every_message_and_every_way_through_the_workflow() -> None:
    sent, kinds = set(), set()
    for entry in ENTRIES:
        data = entry.read()
        for accepted in corpus.events(data, "workflowExecutionUpdateAccepted"):
            sent.add(("update", accepted["acceptedRequest"]["input"]["name"]))
        for signal in corpus.events(data, "workflowExecutionSignaled"):
            sent.add(("signal", signal["signalName"]))
        kinds |= {event["eventType"].removeprefix("EVENT_TYPE_") for event in data["events"]}
    every = {(how, name) for how in ("update", "signal") for name in PUBLIC}
    assert sent >= every, f"add to EVERY_MESSAGE and record: {sorted(every - sent)}"
    assert sent >= {("signal", "child_done"), ("signal", "fly")}
    assert kinds >= {
        "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
        "WORKFLOW_EXECUTION_COMPLETED",
        "WORKFLOW_TASK_TIMED_OUT",
        "START_CHILD_WORKFLOW_EXECUTION_INITIATED",
        "CHILD_WORKFLOW_EXECUTION_STARTED",
        "CHILD_WORKFLOW_EXECUTION_COMPLETED",
        "EXTERNAL_WORKFLOW_EXECUTION_SIGNALED",
        "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED",
        "ACTIVITY_TASK_COMPLETED",
        "TIMER_FIRED",
        "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
    }
    assert any("resume" in json.dumps(_start(entry)) for entry in ENTRIES)


def test_the_manifest_lists_what_is_there() -> None:
    files = {path.stem for path in corpus.FOLDER.glob("*.json")} - {"manifest"}
    assert files == {entry.name for entry in ENTRIES}
    assert all(entry.shows for entry in ENTRIES)


@each
def test_a_history_is_small_and_names_no_machine(entry: corpus.Entry) -> None:
    text = entry.path.read_text()
    assert len(text.encode()) <= corpus.MOST_BYTES
    decoded = text + "".join(json.dumps(result) for _, result in corpus.decisions(entry.read()))
    assert not re.search(r"/home/|/root/|/tmp/|/usr/|site-packages|stackTrace", decoded)
    assert set(re.findall(r'"identity":"([^"]*)"', text)) <= {"test", "voronka-worker", "history-service"}


def _start(entry: corpus.Entry) -> dict[str, Any]:
    start = next(corpus.events(entry.read(), "workflowExecutionStarted"))
    return {"input": corpus.payload(start["input"])}
