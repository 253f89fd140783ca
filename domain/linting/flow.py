"""Where rules move the deal: to stages that exist, can be reached, and do not send it round for ever."""

from __future__ import annotations

from domain.linting.context import Lint, Names, RuleAt
from domain.problems import Node, suggest

_CLOSED = ("won", "lost")
_WAITS = ("when", "after", "every", "at")


def check_flow(check: Lint) -> None:
    """Reports impossible moves, missing reasons and endless loops."""
    sent: dict[str, tuple[str, Node]] = {}
    for rule in check.names.rules:
        move = rule.node.get("move")
        if move is None:
            continue
        target = move.get("to") or move
        to = check.stage(target)
        if to is None or not _possible(check, rule, to, target):
            continue
        _check_reason(check, rule, move, to)
        if _at_once(rule):
            sent.setdefault(rule.stage, (to, target))
    _check_loops(check, sent)
    _check_opening(check)


def _possible(check: Lint, rule: RuleAt, to: str, node: Node) -> bool:
    if to == rule.stage:
        message = f"The deal already stands in `{to}`. Name another stage, or delete the rule."
        check.report.error(node, "impossible_move", message)
        return False
    if check.names.kind(rule.stage) in _CLOSED:
        message = f"`{rule.stage}` closes the deal, and a closed deal moves only when a person reopens it."
        check.report.error(node, "impossible_move", message)
        return False
    return True


def _check_reason(check: Lint, rule: RuleAt, move: Node, to: str) -> None:
    """Lost deals have a reason. `conclusion` is what the person who finished the work wrote."""
    reason = move.get("reason")
    if check.names.kind(to) != "lost":
        if reason:
            message = f"`reason` says why a deal is lost, and `{to}` is not a lost stage. Delete it."
            check.report.key_error(reason, "misplaced_key", message)
        return
    reasons = [name for name, _ in check.names.stages[to].entries("reasons")]
    if reason is None:
        if reasons:
            listed = ", ".join(f"`{name}`" for name in reasons)
            message = f"`{to}` asks why: write `move: {{to: {to}, reason: …}}` with one of {listed}."
            check.report.error(move, "reason_needed", message)
    elif reason.value == "conclusion":
        if rule.handles == "stage":
            message = "`conclusion` is what is written at the end of a task or an assignment; none ends here."
            check.report.error(reason, "unknown_reason", message)
    elif reasons and isinstance(reason.value, str) and reason.value not in reasons:
        message = f"`{to}` has no reason `{reason.value}`. {suggest(reason.value, reasons)}"
        check.report.error(reason, "unknown_reason", message)


def _at_once(rule: RuleAt) -> bool:
    """Whether the move happens on entry whatever the deal holds: no condition, time or person in between."""
    own_list = rule.handles == "stage" and rule.list.path == ("stages", rule.stage)
    return own_list and not any(rule.node.get(key) for key in _WAITS)


def _check_loops(check: Lint, sent: dict[str, tuple[str, Node]]) -> None:
    done: set[str] = set()
    for start in sent:
        way: list[str] = []
        here = start
        while here in sent and here not in done and here not in way:
            way.append(here)
            here = sent[here][0]
        if here in way:
            circle = [*way[way.index(here) :], here]
            path = " → ".join(f"`{stage}`" for stage in circle)
            message = (
                f"The deal would go round for ever: {path}. Give one of these moves a `when` or an `after`."
            )
            check.report.error(sent[circle[-2]][1], "move_loop", message)
        done.update(way)


def opened_at_start(names: Names) -> list[tuple[str, Node]]:
    """The pipelines that a deal opens as soon as it starts, whatever it holds."""
    found: list[tuple[str, Node]] = []
    stage, passed = next(iter(names.stages), None), set[str]()
    while stage and stage not in passed:
        passed.add(stage)
        rules = [rule for rule in names.rules if rule.stage == stage and _at_once(rule)]
        for rule in rules:
            opened = rule.node.get("open")
            target = opened.get("pipeline") if opened else None
            if target and isinstance(target.value, str):
                found.append((target.value, target))
        moves = (rule.node.get("move") for rule in rules)
        targets = (str((move.get("to") or move).value) for move in moves if move)
        stage = next((to for to in targets if to in names.stages), None)
    return found


def _check_opening(check: Lint) -> None:
    """Deals that open deals without end: nobody would be asked in between."""
    own = check.root.text("pipeline")
    for pipeline, node in opened_at_start(check.names):
        seen, todo = set[str](), [pipeline]
        while todo:
            here = todo.pop()
            if here not in seen:
                seen.add(here)
                todo += check.around.opens.get(here, ())
        if own in seen:
            message = (
                f"Each deal of `{own}` would open another at its start, for ever. Give the rule a `when`."
            )
            check.report.error(node, "open_loop", message)
