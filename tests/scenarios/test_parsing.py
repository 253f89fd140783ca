"""A file that is no valid scenario is told line by line, with the reason."""

from __future__ import annotations

import pytest

from simulate.acts import FillCard, OpenDeal
from simulate.parsing import parse_scenario
from tests.scenarios.stories import FIRST_STEP, HEAD, OPENED, problems


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("moove: agreed", "`moove` is not a verb; verbs are open, deal, fill, move"),
        ("{move: agreed, wait: 1h}", "a step has exactly one verb, here: move, wait"),
        ("{by: sales}", "a step has exactly one verb, here: none"),
        ("agreed", "a step is a mapping such as {move: agreed}"),
        ("{deal: quote, by: sales}", "`deal` alone only names the current deal"),
        ("deal: contract", "no earlier step names a deal `contract`"),
        ("{deal: contract, move: agreed}", "no earlier step names a deal `contract`"),
        ("move: {too: agreed}", "`to` is missing"),
        ("move: {to: agreed, why: so}", "unknown key `why`"),
        ("wait: 5 days", "'5 days' is not a duration"),
        ("until: tomorrow", "'tomorrow' is not a local date and time such as 2026-11-23T10:00"),
        ("until: 2026-11-24T10:00:30", "is not a local date and time such as 2026-11-23T10:00"),
        ("expect: {stag: new}", "unknown key `stag`"),
        ("expect: {status: done}", "`status`: Input should be 'open', 'won' or 'lost'"),
        ("expect: {notified: [{to: sales, kind: shout}]}", "`notified.0.kind`: Input should be 'task'"),
        ("expect: [stage]", "takes a mapping"),
        ("{wait: 1h, refused: true}", "`refused` may stand beside a step that acts, not `wait`"),
        ("{move: agreed, refused: {codes: x}}", "unknown key `codes`"),
        ("{move: agreed, by: 7}", "Input should be a valid string"),
        ("task: {begin: call}", "`task` takes one of finish, start, stop, check, create, comment"),
        ("task: {check: call, item: 0}", "`item`: Input should be greater than or equal to 1"),
        ("task: {create: {title: Позвонить, assignee: sales, deadline: soon}}", "'soon' is not a duration"),
        ("pay: {}", "`pay` takes {row: N} or {amount: …}"),
        ("call: maybe", "`call` takes reached, no_answer or {log: reached}"),
        ("restart: server", "Input should be 'worker'"),
        ("fill: sales", "Input should be a valid dictionary"),
        ("fill: {company: lopuh}", "`lopuh` is not among the scenario's companies"),
        (
            "{open: {pipeline: fulfilment.quote, company: lopuh}}",
            "`lopuh` is not among the scenario's companies",
        ),
        ("fill: {goods: a, goods: b}", "`goods` stands here again"),
        ("fill: &anchor {goods: a}", "Anchors and aliases (`&x`, `*x`) are not read"),
        ("fill: {goods: a", "expected ',' or '}'"),
    ],
)
def test_a_wrong_step_is_told_with_its_line(step: str, reason: str) -> None:
    found = problems(HEAD + OPENED + f"  - {step}\n")
    assert any(reason in problem.reason for problem in found), found
    assert min(problem.line for problem in found) in (FIRST_STEP, FIRST_STEP + 1)


def test_all_problems_are_told_at_once() -> None:
    found = problems(HEAD + OPENED + "  - move: {}\n  - wait: long\n  - deal: contract\n")
    assert [problem.line for problem in found] == [FIRST_STEP, FIRST_STEP + 1, FIRST_STEP + 2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "a scenario is a mapping"),
        ("title: x\nstart: 2026-11-23T10:00\n", "`steps` must be a list of steps"),
        ("title: x\nstart: 2026-11-23T10:00\nsteps: []\n", "`steps` must be a list of steps"),
        ("start: 2026-11-23T10:00\nsteps: [{wait: 1h}]\n", "`title` is missing"),
        ("title: x\nstart: 2026-11-23\nsteps: [{wait: 1h}]\n", "is not a local date and time"),
        (
            "title: x\nstart: 2026-11-23T10:00\norganisation: acme\nsteps: [{wait: 1h}]\n",
            "Input should be 'demo'",
        ),
        ("title: x\nstart: 2026-11-23T10:00\ncolour: red\nsteps: [{wait: 1h}]\n", "unknown key `colour`"),
        ("title: x\nstart: 2026-11-23T10:00\nsteps: [{move: new}]\n", "no deal is open yet"),
        ("title: [x\n", "line"),
        (f"title: {'[' * 5000}\n", "nested more than 50 levels deep"),
    ],
)
def test_a_wrong_file_is_told(text: str, reason: str) -> None:
    found = problems(text)
    assert any(reason in f"line {problem.line}: {problem.reason}" for problem in found), found


def test_text_stays_text() -> None:
    """Numbers in quotes, phones, dates and words like `no` are what they look like."""
    scenario = parse_scenario(
        HEAD
        + "  - open: {pipeline: p, contact: Иван}\n"
        + '  - fill: {inn: "7707083893", phone: +79990000000, day: 2026-11-23, time: 10:30, ok: no,'
        + " flag: true, sum: 10.5, code: 007}\n",
        "story.yaml",
    )
    opening, filling = (step.act for step in scenario.steps)
    assert isinstance(opening, OpenDeal)
    assert isinstance(filling, FillCard)
    assert filling.values == {
        "inn": "7707083893",
        "phone": "+79990000000",
        "day": "2026-11-23",
        "time": "10:30",
        "ok": "no",
        "flag": True,
        "sum": 10.5,
        "code": "007",
    }
    assert scenario.companies["romashka"].fields() == {"inn": "7707083893", "contract_signed": True}
