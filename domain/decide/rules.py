"""Running rules: what a stage, a finished task, an answer or a child's end sets off.

Moves come last: the other rules of a list run first, then the first move whose condition holds.
"""

from __future__ import annotations

from decimal import Decimal

from domain.conditions import is_filled
from domain.decide import agenda, moves, new_tasks, people
from domain.decide.notices import tell
from domain.decide.reading import condition_holds
from domain.decide.turn import Batch, Turn
from domain.definition import AssignmentRule, OpenDeal, Rule
from domain.events import AssignmentCreated, Changed, CompanySet, DealPlanned, Filled
from domain.opening import child_id


def settle(turn: Turn) -> None:
    """Runs what the step set off, then the automatic move that waited, until nothing changes."""
    turn.auto_moves = 0  # they count from the last thing that came from outside: a command, or time
    _drain(turn)
    while moves.resume_pending(turn):
        _drain(turn)


def _drain(turn: Turn) -> None:
    while turn.to_run:
        _run(turn, turn.to_run.pop(0))


def _run(turn: Turn, batch: Batch) -> None:
    rules = [(f"{batch.path}.{index}", rule) for index, rule in enumerate(batch.rules)]
    for path, rule in rules:
        if _delayed(rule):
            agenda.schedule_rule(turn, path, rule)
        elif not rule.move and condition_holds(turn, rule.when):
            act(turn, path, rule, batch)
    moving = ((path, rule) for path, rule in rules if rule.move and not _delayed(rule))
    for path, rule in moving:
        if condition_holds(turn, rule.when):
            act(turn, path, rule, batch)
            return


def _delayed(rule: Rule) -> bool:
    return rule.after is not None or rule.every is not None


def act(turn: Turn, path: str, rule: Rule, batch: Batch) -> None:
    """Does the rule's one action."""
    if rule.task:
        new_tasks.create_by_rule(turn, rule.task)
    elif rule.assign:
        _assign(turn, rule.assign)
    elif rule.notify:
        tell(turn, people.resolve(turn, rule.notify.to), rule.notify.kind, rule.notify.text)
    elif rule.set is not None:
        _set(turn, rule)
    elif rule.open:
        _open_deal(turn, path, rule.open, batch.child)
    elif rule.move:
        reason = batch.conclusion if rule.move.reason == "conclusion" else rule.move.reason
        moves.move_by_itself(turn, rule.move.to, reason)


def _assign(turn: Turn, rule: AssignmentRule) -> None:
    number = turn.next_number()
    turn.by_itself(
        AssignmentCreated(assignment=number, key=rule.id, assignee=people.pick(turn, rule.assignee))
    )
    assignment = turn.deal.assignments[number]
    tell(turn, [assignment.assignee], "assignment", rule.title)
    agenda.schedule_assignment(turn, assignment, rule.remind)


def _set(turn: Turn, rule: Rule) -> None:
    values = rule.set or {}
    company = {
        name.removeprefix("company."): value for name, value in values.items() if name.startswith("company.")
    }
    own = {name: value for name, value in values.items() if name in turn.definition.fields}
    if company and turn.deal.company and turn.company:
        turn.set_company(turn.deal.company, company)
        turn.by_itself(CompanySet(company=turn.deal.company, fields=company))
    if own:
        turn.by_itself(Filled(fields=own))
    if is_filled(values.get("amount")):
        turn.by_itself(Changed(amount=Decimal(str(values["amount"]))))


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
        )
    )
