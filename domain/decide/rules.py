"""Running rules: what a stage, a finished task, an answer or a child's end sets off.

Moves come last: the other rules of a list run first, then the first move whose condition holds.
"""

from __future__ import annotations

from domain.decide import (
    agenda,
    approvals,
    asking,
    calls,
    claims,
    dates,
    documents,
    mirroring,
    moves,
    new_tasks,
    payments,
    people,
    pulling,
    sending,
    standing,
    tasks,
    titles,
)
from domain.decide.notices import tell
from domain.decide.reading import condition_holds
from domain.decide.setting import make_company, set_values
from domain.decide.turn import Batch, Turn
from domain.definition import OpenDeal, Rule
from domain.events import DealPlanned
from domain.opening import child_id


def settle(turn: Turn) -> None:
    """Runs what the step set off, then moves that waited or are called for now, until nothing changes."""
    turn.auto_moves = 0  # they count from the last thing that came from outside: a command, or time
    _drain(turn)
    while turn.exists and _moves_on(turn):
        _drain(turn)


def _moves_on(turn: Turn) -> bool:
    dates.replan(turn)
    calls.replan(turn)
    payments.replan(turn)
    mirroring.follow(turn)
    standing.drop_unwanted(turn)
    return moves.resume_pending(turn) or standing.move_on(turn)


def _drain(turn: Turn) -> None:
    while turn.to_run:
        _run(turn, turn.to_run.pop(0))


def _run(turn: Turn, batch: Batch) -> None:
    if batch.path == f"{turn.deal.stage}.rules":
        claims.offer(turn)
    rules = [(f"{batch.path}.{index}", rule) for index, rule in enumerate(batch.rules)]
    for path, rule in rules:
        if rule.delayed:
            _plan(turn, path, rule, batch.child)
        elif not rule.move and condition_holds(turn, rule.when):
            act(turn, path, rule, batch)
    moving = ((path, rule) for path, rule in rules if rule.move and not rule.delayed)
    for path, rule in moving:
        if condition_holds(turn, rule.when):
            act(turn, path, rule, batch)
            return


def _plan(turn: Turn, path: str, rule: Rule, child: str | None) -> None:
    if rule.at is not None:
        dates.plan_rule(turn, path, rule, child)
    else:
        agenda.schedule_rule(turn, path, rule, child)


def act(turn: Turn, path: str, rule: Rule, batch: Batch) -> None:
    """Does the rule's one action."""
    turn.acted.add(path)
    if rule.task:
        new_tasks.create_by_rule(turn, rule.task, batch.conclusion)
    elif rule.assign:
        asking.ask(turn, rule.assign)
    elif rule.notify:
        tell(turn, people.resolve(turn, rule.notify.to), rule.notify.kind, rule.notify.text)
    elif rule.set is not None:
        set_values(turn, rule.set, batch.date)
    elif rule.open:
        _open_deal(turn, path, rule.open, batch.child)
    elif rule.move:
        reason = batch.conclusion if rule.move.reason == "conclusion" else rule.move.reason
        moves.move_by_itself(turn, rule.move.to, reason, path if standing.is_standing(turn, path) else None)
    elif rule.again and (made := turn.definition.task_rule(rule.again)):
        new_tasks.create_by_rule(turn, made, batch.conclusion)
    elif rule.make_company:
        make_company(turn, rule.make_company)
    elif rule.call:
        calls.plan(turn, rule.call, calls.due_of(turn, rule.call, batch.date))
    elif rule.approve:
        approvals.plan(turn, rule.approve)
    elif rule.comment_task:
        tasks.comment_by_itself(turn, rule.comment_task)
    elif rule.send:
        sending.send_by_itself(turn, rule.send)
    elif rule.control_payments:
        payments.control(turn, rule.control_payments)
    elif rule.pull:
        pulling.pull(turn, rule.pull)
    elif rule.document:
        documents.prepare_by_itself(turn, rule.document)


def _open_deal(turn: Turn, path: str, rule: OpenDeal, child: str | None) -> None:
    """Plans the deal once: again only when the earlier one was lost."""
    key, attempt = rule.id, 1
    while (known := turn.deal.children.get(key)) is not None:
        if known.result is None or known.result.status != "lost":
            return
        attempt += 1
        key = f"{rule.id}.{attempt}"
    turn.by_itself(
        DealPlanned(
            key=key,
            deal=child_id(turn.deal_id, key),
            pipeline=rule.pipeline,
            rule=path,
            wait=rule.wait,
            source_child=child,
            without=rule.without,
            title=titles.inherited(turn),
        )
    )
