"""How played scenarios are told: lines for people, one JSON object for programs.

The object is `{"ok", "failures", "events", "deals"}`. With several files it is still one: their failures and
events follow each other in the order of the files, deals (and the `deal` of events and failures) are named
`FILE#NAME`, and `scenarios` lists each file with its title and whether it held. A file that is no valid
scenario stands among the failures with its lines and reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import JsonValue

from domain.events import Recorded
from simulate.compare import local_aware
from simulate.parsing import InvalidScenario
from simulate.runner import Failure, Played

Outcome = Played | InvalidScenario
Json = dict[str, JsonValue]


def status(outcomes: Sequence[Outcome]) -> int:
    """The exit status: 2 if a file is no valid scenario, else 1 if an expectation did not hold, else 0."""
    if any(isinstance(outcome, InvalidScenario) for outcome in outcomes):
        return 2
    return 0 if all(isinstance(outcome, Played) and outcome.ok for outcome in outcomes) else 1


def as_json(outcomes: Sequence[Outcome]) -> Json:
    """The one object of `--json`."""
    alone = len(outcomes) == 1
    report: dict[str, Any] = {"ok": status(outcomes) == 0, "failures": [], "events": [], "deals": {}}
    for outcome in outcomes:
        prefix = "" if alone else f"{outcome.file}#"
        report["failures"].extend(_failures(outcome, prefix))
        if isinstance(outcome, Played):
            report["events"].extend(_events(outcome, prefix))
            report["deals"].update(_deals(outcome, prefix))
    if not alone:
        report["scenarios"] = [_summary(outcome) for outcome in outcomes]
    return report


def _summary(outcome: Outcome) -> Json:
    if isinstance(outcome, InvalidScenario):
        return {"file": outcome.file, "title": None, "ok": False}
    return {"file": outcome.file, "title": outcome.title, "ok": outcome.ok}


def _failures(outcome: Outcome, prefix: str) -> Iterator[Json]:
    if isinstance(outcome, InvalidScenario):
        for problem in outcome.problems:
            yield {"file": outcome.file, "line": problem.line, "message": problem.reason}
        return
    for failure in outcome.failures:
        yield {
            "file": failure.file,
            "line": failure.line,
            "step": failure.step,
            "at": failure.at,
            "deal": prefix + failure.deal if failure.deal else None,
            "message": failure.message,
            "timeline": list(failure.timeline),
        }


def _events(played: Played, prefix: str) -> Iterator[Json]:
    """Every deal's events, by moment; equal moments in the order of the deals' opening."""
    order = {deal: number for number, deal in enumerate(played.records)}
    every = [(deal, record) for deal, records in played.records.items() for record in records]
    for deal, record in sorted(every, key=lambda pair: (pair[1].at, order[pair[0]], pair[1].seq)):
        yield _event(played, prefix + played.name_of(deal), record)


def _event(played: Played, deal: str, record: Recorded) -> Json:
    parts: Json = record.event.model_dump(mode="json", exclude_none=True)
    if "deal" in parts:  # the id of the deal opened or planned
        parts["deal_id"] = parts.pop("deal")
    at = local_aware(record.at, played.world.organisation.calendar).isoformat()
    kind = parts.pop("type")
    return {"at": at, "deal": deal, "type": kind, "seq": record.seq, "by": record.by, **parts}


def _deals(played: Played, prefix: str) -> Json:
    return {prefix + played.name_of(id): deal.model_dump(mode="json") for id, deal in played.deals.items()}


def progress(outcome: Outcome) -> str:
    """One line on a file that has been played."""
    if isinstance(outcome, InvalidScenario):
        return f"invalid {outcome.file}"
    return f"{'ok' if outcome.ok else 'FAILED':7} {outcome.file}: {outcome.title}"


def details(outcome: Outcome) -> list[str]:
    """What went wrong, in full; nothing for a scenario that held."""
    if isinstance(outcome, InvalidScenario):
        return [f"{outcome.file}:{problem.line}: {problem.reason}" for problem in outcome.problems]
    return [line for failure in outcome.failures for line in _told(failure)]


def _told(failure: Failure) -> list[str]:
    of_deal = f", deal {failure.deal}" if failure.deal else ""
    lines = [f"{failure.file}:{failure.line}: {failure.step} at {failure.at}{of_deal}"]
    lines += [f"  {line}" for line in failure.message.splitlines()]
    return [*lines, "  so far:", *(f"    {line}" for line in failure.timeline)]


def summary(outcomes: Sequence[Outcome]) -> str:
    """The closing line."""
    invalid = sum(isinstance(outcome, InvalidScenario) for outcome in outcomes)
    held = sum(isinstance(outcome, Played) and outcome.ok for outcome in outcomes)
    counts = {"held": held, "failed": len(outcomes) - held - invalid, "not valid": invalid}
    return f"{len(outcomes)} scenarios: " + ", ".join(f"{n} {what}" for what, n in counts.items() if n)
