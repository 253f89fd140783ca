"""Others involved at any stage: work requests, which become tasks, and processes, which are deals of their own."""

from __future__ import annotations

from datetime import datetime

from domain.base import Text
from domain.commands import Request, StartProcess
from domain.deal import AgendaEntry, Child, ChildResult
from domain.decide import agenda, new_tasks, people, titles
from domain.decide.notices import tell
from domain.decide.turn import Turn
from domain.definition import REQUEST, ProcessRule
from domain.durations import Duration
from domain.errors import Refused, refuse
from domain.events import AgendaCleared, DealPlanned, Scheduled
from domain.opening import child_id

PROCESSES = "processes."  # how the path of a child's rule begins that is a process


def request(turn: Turn, command: Request) -> None:
    """Gives the work to whom the pipeline names, as a task of key `request_KIND`; once while that is open."""
    kinds = turn.definition.requests
    if command.kind not in kinds:
        raise _unknown(turn, "unknown_request", "запроса", "request", command.kind, tuple(kinds))
    _must_be_open(turn)
    key = REQUEST + command.kind
    rule = turn.definition.task_rule(key)
    if rule is None or turn.deal.open_tasks(key):
        title = kinds[command.kind].title
        raise refuse(
            "nothing_to_do",
            f"Задание «{title.ru}» уже поставлено и ещё не выполнено.",
            f"The request “{title.en}” is open already.",
            stage=turn.deal.stage,
        )
    new_tasks.create_on_request(turn, rule, (command.text or "").strip() or None, command.deadline)


def start_process(turn: Turn, command: StartProcess) -> None:
    """Plans a deal of the process's pipeline; several of a kind may run at once."""
    kinds = turn.definition.processes
    if command.kind not in kinds:
        raise _unknown(turn, "unknown_process", "процесса", "process", command.kind, tuple(kinds))
    _must_be_open(turn)
    rule, path = kinds[command.kind], PROCESSES + command.kind
    number = sum(child.rule == path for child in turn.deal.children.values()) + 1
    key = f"process_{command.kind}" if number == 1 else f"process_{command.kind}.{number}"
    deadline, span = new_tasks.moment_of(turn, command.deadline), None
    if deadline is None and rule.deadline:
        deadline, span = agenda.due_after(turn, turn.now, rule.deadline), rule.deadline
    turn.emit(
        DealPlanned(
            key=key,
            deal=child_id(turn.deal_id, key),
            pipeline=rule.pipeline,
            rule=path,
            wait=True,
            title=titles.inherited(turn),
        )
    )
    if deadline:
        _schedule(turn, key, "overdue", deadline, turn.now, span)


def _schedule(turn: Turn, key: str, name: str, due: datetime, base: datetime, span: Duration | None) -> None:
    """`span`: the time from `base` that it was counted by; None where a person named the moment."""
    entry = AgendaEntry(
        id=f"{key}.{name}",
        due=due,
        base=base,
        what="overdue",
        visit=turn.deal.visit,
        child=key,
        keep=True,
        span=span,
    )
    turn.by_itself(Scheduled(entry=entry))


def process_of(turn: Turn, child: Child) -> ProcessRule | None:
    """The process that this child is, or None for a child that a rule opened."""
    return turn.definition.processes.get(child.rule.removeprefix(PROCESSES)) if is_process(child) else None


def is_process(child: Child) -> bool:
    """Whether people started it, and no rule."""
    return child.rule.startswith(PROCESSES)


def fire(turn: Turn, entry: AgendaEntry, child: Child) -> None:
    """A process is late: the responsible hears it at once, the head one working day later."""
    rule = process_of(turn, child)
    if rule is None:
        return
    first = entry.id.endswith(".overdue")
    text = Text(
        ru=f"Процесс «{rule.title.ru}» по сделке «{{deal}}» просрочен.",
        en=f"The process “{rule.title.en}” of the deal “{{deal}}” is overdue.",
    )
    tell(turn, people.resolve(turn, ("responsible",) if first else ("head",)), "overdue", text)
    if first:
        due = agenda.due_after(turn, entry.due, agenda.ESCALATE_AFTER)
        _schedule(turn, child.key, "escalate", due, entry.due, agenda.ESCALATE_AFTER)


def process_ended(turn: Turn, child: Child, result: ChildResult) -> None:
    """The responsible hears how the process ended; it is not late any more."""
    gone = tuple(name for name, entry in turn.deal.agenda.items() if entry.child == child.key)
    if gone:
        turn.by_itself(AgendaCleared(entries=gone))
    rule = process_of(turn, child)
    title = rule.title if rule else Text(ru=child.pipeline, en=child.pipeline)
    ru, en = ("завершён", "is done") if result.status == "won" else ("отменён", "is cancelled")
    text = Text(
        ru=f"Процесс «{title.ru}» по сделке «{{deal}}» {ru}.",
        en=f"The process “{title.en}” of the deal “{{deal}}” {en}.",
    )
    tell(turn, people.resolve(turn, ("responsible",)), "info", text)


def _must_be_open(turn: Turn) -> None:
    if turn.deal.status != "open":
        raise refuse(
            "deal_closed",
            "Сделка закрыта. Сначала откройте её заново.",
            "The deal is closed. Reopen it first.",
            stage=turn.deal.stage,
            allowed=("reopen",),
        )


def _unknown(turn: Turn, code: str, ru: str, en: str, kind: str, known: tuple[str, ...]) -> Refused:
    return refuse(
        "unknown_request" if code == "unknown_request" else "unknown_process",
        f"В воронке нет {ru} «{kind}».",
        f"The pipeline has no {en} “{kind}”.",
        stage=turn.deal.stage,
        allowed=known,
    )
