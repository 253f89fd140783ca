"""Reads a scenario file into typed steps; strict, and every problem comes with its line.

A step is a mapping with exactly one verb; `deal`, `by` and `refused` may stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.problems import Path as Place
from simulate import acts, expected
from simulate.scenario import Scenario, Step
from simulate.yamltext import YamlProblem, read_yaml

BESIDE = ("deal", "by", "refused")
_ACTING_BY = (
    "move", "undo", "reopen", "send", "task", "answer", "claim", "decline", "request", "process", "call",
    "approve", "reject", "withdraw", "delegate", "pay", "merge", "document",
)  # fmt: skip
_ACTS = ("open", "fill", "event", *_ACTING_BY)
_TASK_VERBS: dict[str, type[BaseModel]] = {
    "finish": acts.FinishTask, "start": acts.StartTask, "stop": acts.StopTask,
    "check": acts.CheckTask, "create": acts.CreateTask, "comment": acts.CommentTask,
}  # fmt: skip
_REFUSED: TypeAdapter[expected.Refused] = TypeAdapter(expected.Refused)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file, and where (line from 1)."""

    line: int
    reason: str


class InvalidScenario(Exception):
    """The file is not a valid scenario: exit status 2."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(f"{file}:{problem.line}: {problem.reason}" for problem in self.problems))


class _Wrong(Exception):
    """A problem at a place inside the value that is being read."""

    def __init__(self, reason: str, place: Place = ()) -> None:
        super().__init__(reason)
        self.reason, self.place = reason, place


def read_scenario(path: Path) -> Scenario:
    """The scenario in the file; raises InvalidScenario."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidScenario(str(path), [Problem(1, f"cannot be read: {error}")]) from error
    return parse_scenario(text, str(path))


def parse_scenario(text: str, file: str) -> Scenario:
    """The scenario that `text` spells; raises InvalidScenario with all that is wrong."""
    try:
        data, lines = read_yaml(text)
    except YamlProblem as problem:
        raise InvalidScenario(file, [Problem(problem.line, problem.reason)]) from problem
    if not isinstance(data, dict):
        raise InvalidScenario(file, [Problem(1, "a scenario is a mapping with title, start and steps")])
    problems: list[Problem] = []
    raw_steps = data.get("steps")
    if not isinstance(raw_steps, list) or not raw_steps:
        raise InvalidScenario(file, [Problem(lines.get(("steps",), 1), "`steps` must be a list of steps")])
    steps = [_step(raw, index, lines, problems) for index, raw in enumerate(raw_steps)]
    whole = _whole(data, lines, problems)
    _check_names(raw_steps, data, lines, problems)
    if problems or whole is None:
        raise InvalidScenario(file, problems)
    return whole.model_copy(update={"steps": tuple(step for step in steps if step)})


def _whole(data: dict[str, Any], lines: dict[Place, int], problems: list[Problem]) -> Scenario | None:
    """Everything but the steps, which are read one by one."""
    try:
        return Scenario.model_validate({**data, "steps": ()})
    except ValidationError as error:
        problems.extend(_problems(error, (), lines))
        return None


def _step(raw: Any, index: int, lines: dict[Place, int], problems: list[Problem]) -> Step | None:
    place: Place = ("steps", index)
    line = lines[place]
    try:
        verb, value = _verb(raw)
        beside = {key: raw[key] for key in BESIDE if key in raw}
        if verb in _ACTING_BY and isinstance(value, dict) and "by" in value and "by" not in beside:
            value = dict(value)
            beside["by"] = value.pop("by")
        if verb == "claim" and isinstance(value, str):
            beside["by"], value = value, {}
        if "refused" in beside:
            if verb not in _ACTS:
                raise _Wrong(f"`refused` may stand beside a step that acts, not `{verb}`", ("refused",))
            beside["refused"] = _REFUSED.validate_python(beside["refused"])
        return Step(line=line, verb=verb, act=_read(verb, value), **beside)
    except _Wrong as wrong:
        problems.append(Problem(_line(lines, (*place, *wrong.place)), wrong.reason))
    except ValidationError as error:
        problems.extend(_problems(error, (*place, *_value_place(raw)), lines))
    return None


def _verb(raw: Any) -> tuple[str, Any]:
    if not isinstance(raw, dict):
        raise _Wrong("a step is a mapping such as {move: agreed}")
    verbs = [key for key in raw if key not in BESIDE]
    if not verbs and "deal" in raw:
        if set(raw) != {"deal"}:
            raise _Wrong("`deal` alone only names the current deal; `by` and `refused` need a verb")
        return "deal", raw["deal"]
    unknown = [key for key in verbs if key not in _READERS]
    if unknown:
        raise _Wrong(f"`{unknown[0]}` is not a verb; verbs are {', '.join(_READERS)}", (unknown[0],))
    if len(verbs) != 1:
        raise _Wrong(f"a step has exactly one verb, here: {', '.join(verbs) or 'none'}")
    return verbs[0], raw[verbs[0]]


def _value_place(raw: Any) -> Place:
    """Where the verb's value stands inside its step."""
    verbs = [key for key in raw if key not in BESIDE]
    return (verbs[0],) if verbs else ("deal",)


def _read(verb: str, value: Any) -> Any:
    return _READERS[verb](value)


def _of(model: type[BaseModel], short: str | None = None) -> Callable[[Any], Any]:
    """Reads a mapping as `model`; with `short`, a lone value is that key's."""

    def read(value: Any) -> Any:
        if short is not None and not isinstance(value, dict):
            value = {short: value}
        if not isinstance(value, dict):
            raise _Wrong("takes a mapping, such as {key: value}")
        return model.model_validate(value)

    return read


def _alone(model: type[BaseModel], key: str) -> Callable[[Any], Any]:
    """Reads the whole value, whatever it is, as that key of `model`."""
    return lambda value: model.model_validate({key: value})


def _task(value: Any) -> Any:
    verb = next((name for name in _TASK_VERBS if isinstance(value, dict) and name in value), None)
    if verb is None:
        raise _Wrong(f"`task` takes one of {', '.join(_TASK_VERBS)}", ("task",))
    return _TASK_VERBS[verb].model_validate(value)


def _call(value: Any) -> Any:
    outcome = value.get("log") if isinstance(value, dict) else value
    if outcome not in ("reached", "no_answer"):
        raise _Wrong("`call` takes reached, no_answer or {log: reached}", ("call",))
    return _of(acts.Call, "log")(value)


def _event(value: Any) -> Any:
    return _of(acts.Outside, "type")(value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "open": _of(acts.OpenDeal),
    "deal": lambda _: acts.Use(),
    "fill": _alone(acts.FillCard, "values"),
    "move": _of(acts.MoveTo, "to"),
    "undo": _of(acts.Undo, "what"),
    "reopen": _of(acts.ReopenAt, "to"),
    "send": _of(acts.SendMessage, "message"),
    "task": _task,
    "answer": _of(acts.AnswerAssignment),
    "event": _event,
    "claim": _of(acts.Claim),
    "decline": _of(acts.Decline),
    "request": _of(acts.OfKind, "kind"),
    "process": _of(acts.OfKind, "kind"),
    "call": _call,
    "approve": _of(acts.Approval),
    "reject": _of(acts.Approval),
    "withdraw": _of(acts.Approval),
    "delegate": _of(acts.Approval),
    "pay": _of(acts.Pay),
    "merge": _of(acts.Merge, "into"),
    "document": _of(acts.PrepareDocument, "document"),
    "wait": _alone(acts.Wait, "duration"),
    "until": _alone(acts.Until, "moment"),
    "restart": _alone(acts.Restart, "what"),
    "expect": _of(expected.Expect),
}


def _problems(error: ValidationError, place: Place, lines: dict[Place, int]) -> list[Problem]:
    found: dict[Problem, None] = {}  # a union gives one error for each of its members
    for part in error.errors():
        inside: Place = part["loc"]
        reason = part["msg"].removeprefix("Value error, ")
        if part["type"] == "extra_forbidden":
            reason = f"unknown key `{inside[-1]}`"
        elif part["type"] == "missing":
            reason = f"`{inside[-1]}` is missing"
        elif (*place, *inside[:1]) in lines and inside:
            reason = f"`{'.'.join(str(name) for name in inside)}`: {reason}"
        found[Problem(_line(lines, (*place, *inside)), reason)] = None
    return list(found)


def _line(lines: dict[Place, int], place: Place) -> int:
    """The line of the innermost part of the place that the file has."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _check_names(
    raw_steps: list[Any], data: dict[str, Any], lines: dict[Place, int], problems: list[Problem]
) -> None:
    """Every deal a step names was named before it; every company stands in `companies`."""
    companies = data.get("companies")
    known = set(companies) if isinstance(companies, dict) else set()
    names: set[str] = set()
    opened = False
    for index, raw in enumerate(raw_steps):
        if not isinstance(raw, dict):
            continue
        place: Place = ("steps", index)
        opening = raw.get("open")
        if isinstance(opening, dict):
            opened = True
            names.add(str(opening.get("as", "")))
        elif not opened and not {"wait", "until", "restart"} & set(raw):
            problems.append(Problem(lines[place], "no deal is open yet; the story begins with `open`"))
            opened = True  # said once
        for company, at in _companies(raw, place):
            if company not in known:
                reason = f"`{company}` is not among the scenario's companies"
                problems.append(Problem(_line(lines, at), reason))
        named = raw.get("deal")
        if named is not None and named not in names:
            reason = f"no earlier step names a deal `{named}`"
            problems.append(Problem(_line(lines, (*place, "deal")), reason))
        names |= _names_expected(raw)


def _companies(raw: dict[str, Any], place: Place) -> list[tuple[str, Place]]:
    verbs = [verb for verb in ("open", "fill") if isinstance(raw.get(verb), dict)]
    given = [(raw[verb].get("company"), (*place, verb, "company")) for verb in verbs]
    return [(company, at) for company, at in given if isinstance(company, str)]


def _names_expected(raw: dict[str, Any]) -> set[str]:
    found = raw.get("expect")
    deals = found.get("deals") if isinstance(found, dict) else None
    return {str(deal["as"]) for deal in deals or () if isinstance(deal, dict) and deal.get("as")}
