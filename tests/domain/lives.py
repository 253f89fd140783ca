"""Random lives of deals for property tests: commands of every type, sensible or not, by all sorts of people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from hypothesis import strategies as st
from pydantic import JsonValue

from domain import commands as cmd
from domain.deal import ChildResult, Deal
from domain.definition import FieldSpec, Pipeline
from tests.domain.builders import DEAL, FILES, MONDAY, shipped, small
from tests.domain.involved import involved
from tests.domain.undoable import undoable

SYNTHETIC = """
intake:
  exit: [paper]
  rules:
    - {task: {id: ask, outcomes: {good: {}, bad: {comment: required}}, remind: {every: 4wh}, deadline: 2h}}
    - {notify: {to: responsible, text: x}, every: 1d}
    - {notify: {to: head, text: x}, after: 3d, on_leave: keep}
    - {notify: {to: 'role:office', text: x}, every: 2d, on_leave: keep}
    - {move: work, after: 2h, when: {sum: {gt: 100}}}
  when_task:
    ask:
      good: [{move: work}]
      bad: [{assign: {id: sure, assignee: 'role:office', options: [y, n], remind: {every: 1d}}}]
      no_outcome: [{set: {paper: found}}, {move: work}]
  when_assignment: {sure: {y: [{move: {to: bad, reason: conclusion}}], n: [{move: work}]}}
work:
  entry: [worker]
  exit: [scan]
  gates: [{id: done, when: {any: [{task.do.status: finished}, {sum: {ge: 500000}}]}}]
  rules:
    - {task: {id: do, assignee: 'field:worker', time_tracking: true, result: file, result_field: scan,
              checklist: [one, two], report_finish_to: responsible, finish_on_forward: true}}
    - {task: {id: ask, outcomes: {good: {}, bad: {}}}, when: {flag: true}}
    - {move: ping, when: {paper: {contains: loop}}}
  when_task: {do: {finished: [{move: check}, {notify: {to: client, text: x}}]}}
aside: {kind: lost, reasons: [price, other]}
check:
  gates: [{id: flagged, when: {flag: true, company.contract_signed: true}}]
  rules: [{move: won, after: 1wd}, {set: {company.contract_signed: true}, after: 1h}]
won:
  kind: won
  rules:
    - open:
        id: next
        pipeline: p
        wait: true
        on_won: [{open: {id: last, pipeline: q}}, {notify: {to: head, text: x}, after: 1d}]
        on_lost: [{notify: {to: responsible, text: x}}]
    - {notify: {to: responsible, text: x}, after: 1d}
    - {assign: {id: rate, options: [y, n], remind: {every: 1d}}}
ping: {rules: [{move: pong}]}
pong: {rules: [{move: ping, when: {flag: true}}, {move: work, after: 1h, working: true}]}
bad: {kind: lost, reason_field: paper}
"""
SYNTHETIC_FIELDS = {
    "paper": "text",
    "worker": "employee",
    "scan": "file",
    "sum": "money",
    "count": "number",
    "flag": "bool",
}
DATED = """
call:
  rules:
    - {notify: {to: responsible, text: x}, at: due, before: 15m, every: 3d}
    - {notify: {to: head, text: x}, at: day, before: 1wd, on_leave: keep, when: {flag: true}}
    - {task: {id: each, each: [responsible, 'role:office', 'field:worker'], deadline_field: due,
              interim_field: scan, result_field: photos, needs: [paper],
              finish_when: [{id: allowed, when: {any: [{flag: true}, {stage: work}]}}],
              checklist: [one, {text: two, needs: [scan], tell: [responsible, assignee]}]}}
    - {move: work, when: {task.each.open: 0}}
    - {set: {due: {after: 2wd}, day: {after: 1d}}, every: 5d, when: {flag: false}}
  when_task: {each: {finished: [{task: {id: redo, deadline_field: day}}]}, redo: {finished: [{again: each}]}}
work:
  entry: [paper]
  exit: [scan]
  enter_when: [{id: known, when: {contact.name: {filled: true}}}]
  rules:
    - {comment_task: {task: each, text: go on}}
    - {move: call, when: {flag: true, paper: {contains: loop}}}
    - {move: won, when: {flag: true, scan: {filled: true}}}
won: {kind: won, rules: [{open: {id: next, pipeline: p, without: [paper, amount]}}]}
lost: {kind: lost, rules: [{set: {contact.gone: true, company.gone: true}}, {notify: {to: head, text: x}, at: due}]}
"""
DATED_FIELDS = {**SYNTHETIC_FIELDS, "due": "datetime", "day": "date", "photos": "files"}
NAMES = (
    *("fulfilment/quote", "fulfilment/contract", "fulfilment/receiving", "fulfilment/shipping"),
    *("luxsr/lead", "luxsr/new_client", "synthetic", "dated", "involved"),
)
PEOPLE = ("sales", "head", "director", "boris", "warehouse", "lawyer", "accountant")
ACTORS = (*PEOPLE, "system", "operator", "former", "ghost")


@lru_cache
def definition_of(name: str) -> Pipeline:
    if name == "dated":
        return small(DATED, **DATED_FIELDS)
    if name == "involved":
        return involved()
    if name == "undoable":
        return undoable()
    return small(SYNTHETIC, **SYNTHETIC_FIELDS) if name == "synthetic" else shipped(name)


class Step(NamedTuple):
    """A command by someone, so many minutes after the one before; a number picks one of those that lead on."""

    minutes: int
    by: str
    command: cmd.Command | int


def right_value(spec: FieldSpec) -> st.SearchStrategy[JsonValue]:
    """A value that this field takes."""
    values: dict[str, list[Any]] = {
        "text": ["x", "loop"],
        "number": [0, 1.5],
        "money": [50, "500000"],
        "bool": [True, False],
        "date": ["2026-12-01", "2026-11-24", "2026-11-29"],
        "datetime": ["2026-12-01T10:00", "2026-11-24", "2026-11-25T09:00:00+00:00", "1900-01-01"],
        "employee": list(PEOPLE),
        "file": list(FILES),
        "files": [list(FILES[:2])],
        "choice": list(spec.options),
        "payment_plan": PLANS,
        "lines": ROWS,
    }
    return st.sampled_from(values[spec.type])


ROWS: list[Any] = [[{"title": "x", "price": 50, "vat": 22}], [{"title": "x", "price": "5", "quantity": 2}]]
PLANS: list[Any] = [
    [{"percent": 100, "date": "2026-12-01"}],
    [{"percent": 33.34, "date": "2026-11-24", "amount": "0.01"}, {"percent": 66.66, "date": "2026-11-29"}],
    [{"percent": 50, "date": "1900-01-01"}, {"percent": 50, "date": "2026-12-31", "paid": True}],
]
WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        "",
        "x",
        "NaN",
        "1e999",
        -1,
        10**30,
        True,
        [],
        ["x"],
        [[]],
        {},
        {"id": "x"},
        {"id": FILES[0]},
        "former",
        "²",
    ]
)


def fillings(definition: Pipeline) -> st.SearchStrategy[dict[str, Any]]:
    """Right values for some fields, all of them often, and now and then wrong ones and unknown names."""
    right = {name: right_value(spec) for name, spec in definition.fields.items()}
    everything = st.fixed_dictionaries(right)
    some = st.fixed_dictionaries({}, optional=right)
    names = st.sampled_from([*definition.fields, "nothing"])
    return st.one_of(everything, some, st.dictionaries(names, WRONG, max_size=2))


def commands(definition: Pipeline) -> st.SearchStrategy[cmd.Command]:
    """Every type of command, about what is there and what is not."""
    keys = [rule.task.id for _, rules in definition.rule_sets() for rule in rules if rule.task]
    tasks: st.SearchStrategy[Any] = st.sampled_from([*keys, *keys, *range(1, 8), "adhoc", "nothing", "²"])
    stages = st.sampled_from([*definition.stages, "nowhere"])
    texts = st.sampled_from([None, "", "x", "other"])
    files = st.sampled_from([(), FILES[:1], FILES[:2], ("nothing.pdf",)])
    people = st.sampled_from(
        [*PEOPLE, "former", "ghost", "role:office", "role:empty", "head", "field:worker"]
    )
    fields = fillings(definition)
    outcomes = ["good", "bad", "approved", "changes_requested", "passed", "failed", "finished"]
    outcome = st.sampled_from([None, None, *outcomes, "strange"])
    children = st.sampled_from(["contract", "receiving", "receiving.2", "next", "last", "stranger"])
    results = st.builds(
        ChildResult,
        key=children,
        deal=st.just("x"),
        status=st.sampled_from(["won", "lost"]),
        stage=st.just("end"),
        fields=st.sampled_from([{}, {"paper": "from the child"}]),
    )
    effects = st.integers(1, 60).map(lambda seq: f"{DEAL}/{seq}/1")
    head: dict[str, st.SearchStrategy[Any]] = {
        "title": texts,
        "responsible": st.sampled_from(["boris", "sales", "former"]),
        "amount": st.sampled_from([None, 0, "10.505", -1, 10**20]),
        "company": st.sampled_from(["romashka", "nobody"]),
        "contact": st.sampled_from([{}, {"name": "A"}]),
        "company_fields": st.sampled_from([{}, {"inn": "77"}, {"contract_signed": True}]),
    }
    moves = st.builds(
        cmd.Move,
        to=stages,
        reason=st.sampled_from([None, " ", "x", "price", "other"]),
        comment=texts,
        fields=st.one_of(st.just({}), fields),
        expected_stage=st.one_of(st.none(), st.none(), stages),
    )
    finishes = st.builds(
        cmd.FinishTask, task=tasks, outcome=outcome, comment=texts, files=files, result=st.booleans()
    )
    news = st.fixed_dictionaries(
        {"task": tasks}, optional={"outcome": st.one_of(outcome, WRONG), "comment": WRONG}
    )
    deadlines = st.sampled_from(
        [None, MONDAY + dt.timedelta(days=1), MONDAY - dt.timedelta(days=9), dt.datetime(2026, 11, 25, 12),
         dt.datetime.min, dt.datetime.max.replace(tzinfo=dt.UTC)]
    )  # fmt: skip
    payments = st.dictionaries(st.sampled_from(["row", "amount"]), WRONG)
    rare = [
        st.builds(cmd.Open, pipeline=st.just("x"), responsible=st.just("sales")),
        st.builds(cmd.StartTask, task=tasks),
        st.builds(cmd.StopTask, task=tasks),
        st.builds(cmd.CommentTask, task=tasks, text=texts, files=files, result=st.booleans()),
        st.builds(cmd.CheckTask, task=tasks, item=st.integers(-1, 4), done=st.booleans()),
        st.builds(
            cmd.CreateTask,
            title=st.sampled_from(["x", ""]),
            assignee=people,
            deadline=deadlines,
            key=st.sampled_from([None, "adhoc", *keys]),
            observers=st.lists(people, max_size=2).map(tuple),
        ),
        st.builds(
            cmd.Answer,
            assignment=st.sampled_from(["record_check", "sure", "rate", 2, 3, "²"]),
            option=st.sampled_from(["passed", "failed", "y", "n", "strange"]),
            comment=texts,
        ),
        st.builds(cmd.Comment, text=st.sampled_from(["", "x"]), files=files),
        st.builds(cmd.Happened, kind=st.sampled_from(["onec.task_done", "call.incoming"]), detail=news),
        st.builds(cmd.SendMessage, message=st.sampled_from(["offer", "contract", "recount", "invoice", "x"])),
        st.builds(cmd.ChildDone, result=results),
        st.builds(cmd.ChildStarted, key=children),
        st.builds(cmd.EffectResult, key=effects, cause=st.sampled_from([None, "timeout"])),
        st.sampled_from([cmd.Reported(), cmd.Retry(), cmd.Tick()]),
        st.sampled_from([cmd.Claim(), cmd.Decline(), cmd.Decline(reason="busy")]),
        st.builds(cmd.Request, kind=st.sampled_from(["check", "haul", "x"]), text=texts, deadline=deadlines),
        st.builds(cmd.StartProcess, kind=st.sampled_from(["buy", "make", "x"]), deadline=deadlines),
        st.builds(
            cmd.Pay, row=st.sampled_from([None, 0, 1, 2]), amount=st.sampled_from([None, "5", "0.01", "1e30"])
        ),
        st.builds(cmd.Happened, kind=st.just("payment.received"), detail=payments),
        st.builds(cmd.PrepareDocument, document=st.sampled_from(["invoice", "act", "letter", "x"])),
        st.builds(
            cmd.EffectResult,
            key=effects,
            result=st.sampled_from(
                [{}, {"offer": {"lines": [{}]}}, {"status": "x"}, {"file": {"id": "x"}}, {"file": 1}]
            ),
        ),
        st.builds(
            cmd.Refuse,
            command=st.just("move"),
            code=st.just("stale_stage"),
            message=st.just({"ru": "x", "en": "x"}),
        ),
    ]
    fills = st.fixed_dictionaries({}, optional={"fields": fields, **head}).map(cmd.Fill.model_validate)
    reopenings = st.builds(cmd.Reopen, to=stages)
    return st.one_of(moves, moves, finishes, finishes, fills, fills, reopenings, *rare)


def leading_on(definition: Pipeline, deal: Deal) -> list[cmd.Command]:
    """Commands that mostly are not refused, so that lives get far."""
    card: dict[str, Any] = {
        name: {
            "employee": "lawyer",
            "file": FILES[0],
            "money": 600000,
            "bool": True,
            "date": "2026-12-01",
            "datetime": "2026-12-01T10:00",
            "choice": next(iter(spec.options), None),
            "files": list(FILES[:1]),
            "payment_plan": PLANS[1],
            "lines": ROWS[0],
        }.get(spec.type, "x")
        for name, spec in definition.fields.items()
    }
    stages = [name for name, stage in definition.stages.items() if stage.kind != "lost"]
    onward = stages[(stages.index(deal.stage) if deal.stage in stages else 0) + 1 :][:1]
    found: list[cmd.Command] = [cmd.Fill(fields=card, amount="5", company_fields={"contract_signed": True})]  # type: ignore[arg-type]
    if deal.status == "open":
        found += [cmd.Move(to=stage, fields=card) for stage in onward]
        found += [cmd.Move(to=stage) for stage in onward]
    else:
        found += [cmd.Reopen(to=stage) for stage in stages[:2]]
    for task in deal.open_tasks():
        rule = definition.task_rule(task.key)
        found.append(cmd.StartTask(task=task.number))
        for outcome in (rule.outcomes if rule else None) or [None]:
            found.append(
                cmd.FinishTask(task=task.number, outcome=outcome, comment="x", files=FILES[:1], result=True)
            )
    for number, question in deal.assignments.items():
        asked = definition.assignment_rule(question.key)
        found += [cmd.Answer(assignment=number, option=option) for option in asked.options] if asked else []
    for key, child in deal.children.items():
        for status in ("won", "lost"):
            result = ChildResult(key=key, deal=child.deal, status=status, stage="end")
            found.append(cmd.ChildDone(result=result))
    found += [cmd.SendMessage(message=name) for name in definition.stages[deal.stage].messages]
    if deal.status == "open":
        found += [cmd.Claim(), cmd.Pay(row=1), cmd.Pay(amount=Decimal("0.01"))]
        found += [cmd.Request(kind=kind) for kind in definition.requests]
        found += [cmd.StartProcess(kind=kind) for kind in definition.processes]
        found += [cmd.PrepareDocument(document=name) for name in definition.documents]
    found += [cmd.EffectResult(key=key, cause=cause) for key in deal.effects for cause in (None, "timeout")]
    return found


def steps(name: str) -> st.SearchStrategy[list[Step]]:
    """A life of a deal. Time goes by in minutes, hours and weeks."""
    minutes = st.sampled_from([0, 0, 1, 30, 60, 60, 24 * 60, 24 * 60, 8 * 24 * 60, 60 * 24 * 60])
    actors = st.sampled_from([*PEOPLE[:3], *PEOPLE[:3], *ACTORS])
    leading = st.builds(Step, minutes, st.just("sales") | actors, st.integers(0, 30))
    any_other = st.builds(Step, minutes, actors, commands(definition_of(name)))
    return st.lists(st.one_of(leading, any_other), min_size=12, max_size=40)
