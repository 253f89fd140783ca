"""The corpus: histories of real runs, recorded by `python -m tests.replay.record`, and what they led to."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

from domain import wire
from domain.deal import Deal

FOLDER = Path(__file__).parent / "histories"
MANIFEST = FOLDER / "manifest.json"
MOST_BYTES = 100_000


@dataclass(frozen=True)
class Entry:
    """One history. `state` is the deal as its workflow knew it at the end; None where there was none."""

    name: str
    shows: str
    pipeline: str | None
    definition: str | None
    product: str
    state: dict[str, Any] | None

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.json"

    def read(self) -> dict[str, Any]:
        """The history as JSON."""
        data: dict[str, Any] = json.loads(self.path.read_text())
        return data

    def history(self) -> WorkflowHistory:
        """The history as the replayer wants it."""
        return as_history(self.name, self.read())


def as_history(name: str, data: dict[str, Any]) -> WorkflowHistory:
    """A history from its JSON."""
    return WorkflowHistory.from_json(f"deal-{name}", data)


def entries() -> list[Entry]:
    """All of the corpus, as the manifest lists it."""
    return [Entry(**entry) for entry in json.loads(MANIFEST.read_text())]


def write_manifest(recorded: list[Entry]) -> None:
    """The manifest, anew."""
    data = [asdict(entry) for entry in sorted(recorded, key=lambda entry: entry.name)]
    MANIFEST.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def events(data: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """The attributes of the history's events of a kind, as `markerRecorded`."""
    for event in data["events"]:
        if f"{kind}EventAttributes" in event:
            yield event[f"{kind}EventAttributes"]


def decisions(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The results of local activities in their order, each with its activity's name."""
    for marker in events(data, "markerRecorded"):
        if "result" in marker["details"]:
            made = payload(marker["details"]["data"])
            yield made["activity_type"], payload(marker["details"]["result"])


def replace_decisions(data: dict[str, Any], change: Any) -> int:
    """Puts `change(answer)` in place of every decision's answer; returns how many there were."""
    count = 0
    for marker in events(data, "markerRecorded"):
        details = marker["details"]
        if "result" in details and payload(details["data"])["activity_type"] == "decide":
            changed = json.dumps(change(payload(details["result"]))).encode()
            details["result"]["payloads"][0]["data"] = _base64(changed)
            count += 1
    return count


def folded(data: dict[str, Any]) -> Deal | None:
    """The deal that the history's decisions lead to."""
    start = next(events(data, "workflowExecutionStarted"))
    given = payload(start["input"])
    deal = Deal.model_validate(given["state"]) if "state" in given else None
    for activity, result in decisions(data):
        if activity == "load":
            deal = Deal.model_validate(result)
        elif activity == "decide":
            deal = wire.apply(deal, wire.Answer(**result))  # type: ignore[typeddict-item]
    return deal


def payload(payloads: dict[str, Any]) -> Any:
    """The first of some payloads."""
    return json.loads(base64.b64decode(payloads["payloads"][0]["data"]))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
