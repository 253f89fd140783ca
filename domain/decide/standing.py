"""Standing moves: a stage's `move` with `when` and no timing, looked at whenever something has changed."""

from __future__ import annotations

from domain.decide import moves
from domain.decide.reading import condition_holds
from domain.decide.requirements import lacking
from domain.decide.turn import Turn
from domain.events import MoveDropped


def is_standing(turn: Turn, path: str) -> bool:
    """Whether the rule at `path` is a standing move of the stage where the deal is."""
    rules, _, index = path.rpartition(".")
    return rules == f"{turn.deal.stage}.rules" and turn.stage.rules[int(index)].standing


def drop_unwanted(turn: Turn) -> None:
    """Forgets the move that waited, where it came from a standing rule whose condition holds no more."""
    pending = turn.deal.pending_move
    if pending and pending.rule and not condition_holds(turn, turn.definition.rule(pending.rule).when):
        turn.by_itself(MoveDropped(to=pending.to))


def move_on(turn: Turn) -> bool:
    """Makes the stage's first standing move whose condition holds; says whether the deal moved.

    While a move waits already, one that would only wait as well does not take its place.
    """
    if turn.deal.status != "open":
        return False
    for index, rule in enumerate(turn.stage.rules):
        if rule.move and rule.standing and condition_holds(turn, rule.when):
            visit = turn.deal.visit
            if not (turn.deal.pending_move and lacking(turn, rule.move.to)):
                path = f"{turn.deal.stage}.rules.{index}"
                turn.acted.add(path)
                moves.move_by_itself(turn, rule.move.to, rule.move.reason, path)
            return turn.deal.visit != visit
    return False
