"""Tasks at work: clocks, comments, checklists, and an end with what their rule asks for."""

from __future__ import annotations

from domain.base import Text
from domain.commands import CheckTask, CommentTask, FinishTask, StartTask, StopTask
from domain.conditions import is_filled
from domain.deal import Task
from domain.decide import people
from domain.decide.fields import file_value
from domain.decide.notices import about_task, task_title, tell
from domain.decide.reading import numbered
from domain.decide.requirements import lacking_to_finish, lacking_to_tick, refusal_for
from domain.decide.turn import Batch, Turn
from domain.definition import TaskComment, TaskRule
from domain.errors import refuse
from domain.events import (
    Filled,
    TaskChecked,
    TaskCommented,
    TaskFinished,
    TaskStarted,
    TaskStopped,
)

FileValues = tuple[dict[str, object], ...]


def find(turn: Turn, name: int | str, *, must_be_open: bool = True) -> Task:
    """The task of this number, or the latest of this key or title. Raises Refused for none or a closed one."""
    deal = turn.deal
    number = numbered(name)
    task = _of_key(turn, str(name)) if number is None else deal.tasks.get(number)
    if task is None:
        titled = [other for other in deal.tasks.values() if other.title == name]
        task = titled[-1] if titled else None
    if task is None:
        raise refuse(
            "unknown_task",
            f"В сделке нет задачи «{name}».",
            f"The deal has no task “{name}”.",
            allowed=tuple(other.key for other in deal.open_tasks()),
        )
    if must_be_open and task.status != "open":
        raise _closed(turn, task)
    return task


def _of_key(turn: Turn, key: str) -> Task | None:
    """Of several tasks of one key: an open one rather than a closed, the person's own, the newest."""
    named = [task for task in turn.deal.tasks.values() if task.key == key]
    return max(
        named, key=lambda task: (task.status == "open", task.assignee == turn.by, task.number), default=None
    )


def _closed(turn: Turn, task: Task) -> Exception:
    title = task_title(task, turn.definition.task_rule(task.key))
    closed = people.who_and_when(turn, task.finished_by, task.finished_at)
    return refuse(
        "task_closed",
        f"Задача «{title.ru}» уже закрыта: {closed.ru}.",
        f"The task “{title.en}” is closed already: {closed.en}.",
        stage=turn.deal.stage,
    )


def start(turn: Turn, command: StartTask) -> None:
    """Starts the person's clock; a clock that runs already goes on."""
    task = find(turn, command.task)
    if turn.by not in task.running:
        turn.emit(TaskStarted(task=task.number))


def stop(turn: Turn, command: StopTask) -> None:
    """Stops the person's clock and adds the time."""
    task = find(turn, command.task)
    if turn.by not in task.running:
        raise refuse("nothing_to_do", "Учёт времени не запущен.", "Your clock is not running on this task.")
    _stop_clock(turn, task, turn.by)


def _stop_clock(turn: Turn, task: Task, person: str) -> None:
    seconds = int((turn.now - task.running[person]).total_seconds())
    turn.emit(TaskStopped(task=task.number, seconds=max(seconds, 0)), by=person)


def stop_clocks(turn: Turn, task: Task) -> None:
    """Stops every clock that runs on a task about to be closed: the time worked is never lost."""
    for person in task.running:
        _stop_clock(turn, task, person)


def check(turn: Turn, command: CheckTask) -> None:
    """Ticks an item of the checklist."""
    task = find(turn, command.task)
    rule = turn.definition.task_rule(task.key)
    items = rule.checklist if rule and task.title is None else ()
    if not 1 <= command.item <= len(items):
        raise refuse(
            "unknown_item",
            f"В чек-листе нет пункта {command.item}: всего {len(items)}.",
            f"The checklist has no item {command.item}: it has {len(items)}.",
        )
    if (command.item - 1 in task.checked) is command.done:
        return
    item = items[command.item - 1]
    if command.done and (needs := lacking_to_tick(turn, item.needs)):
        raise refusal_for(turn, needs)
    turn.emit(TaskChecked(task=task.number, item=command.item - 1, done=command.done))
    if command.done and item.tell:
        done = about_task("Задача «{task}»: отмечено — ", "The task “{task}”: ticked — ", task, rule)
        text = Text(ru=done.ru + item.text.ru, en=done.en + item.text.en)
        tell(turn, people.resolve(turn, item.tell, task), "info", text, task.number)


def comment(turn: Turn, command: CommentTask) -> None:
    """Adds a comment; one marked as the result carries its file into the card."""
    task = find(turn, command.task, must_be_open=command.result)
    files = _files(turn, command.files)
    if not (command.text or "").strip() and not files:
        raise refuse("invalid_value", "Комментарий пуст.", "The comment is empty.", missing=("text",))
    _comment(turn, task, command.text, files, command.result)


def _files(turn: Turn, ids: tuple[str, ...]) -> FileValues:
    return tuple(dict(value) for file_id in ids if isinstance(value := file_value(turn, file_id), dict))


def comment_by_itself(turn: Turn, rule: TaskComment) -> None:
    """Writes the rule's words in the open tasks of its key and tells their assignees; none open: nothing."""
    said = rule.text.fill(deal=turn.deal.title)
    for task in turn.deal.open_tasks(rule.task):
        turn.by_itself(TaskCommented(task=task.number, text=said.ru, said=said))
        heading = about_task(
            "Задача «{task}»: ", "The task “{task}”: ", task, turn.definition.task_rule(task.key)
        )
        text = Text(ru=heading.ru + said.ru, en=heading.en + said.en)
        tell(turn, people.resolve(turn, ("assignee",), task), "info", text, task.number)


def _comment(
    turn: Turn, task: Task, text: str | None, files: FileValues, result: bool, *, final: bool = False
) -> None:
    rule = turn.definition.task_rule(task.key) if task.title is None else None
    interim = result and not final and rule is not None and _is_interim(turn, rule)
    event = TaskCommented.model_validate(
        {
            "task": task.number,
            "text": text,
            "files": files,
            "has_file": bool(files),
            "result": result,
            "interim": interim,
        }
    )
    turn.emit(event)
    if not result or rule is None:
        return
    field = rule.interim_field if interim else rule.result_field
    if field and files:
        _keep_result_file(turn, field, files)
    text_for = about_task("Результат по задаче «{task}».", "A result of the task “{task}”.", task, rule)
    if rule.report_results_to:
        tell(turn, people.resolve(turn, rule.report_results_to, task), "info", text_for, task.number)


def _is_interim(turn: Turn, rule: TaskRule) -> bool:
    """A result is interim while the task may not be finished yet; without `finish_when`, while its field is empty."""
    if rule.interim_field is None:
        return False
    if rule.finish_when:
        return bool(lacking_to_finish(turn, rule).gates)
    return not is_filled(turn.deal.fields.get(rule.interim_field))


def _keep_result_file(turn: Turn, name: str, files: FileValues) -> None:
    spec = turn.definition.fields[name]
    if spec.type == "files":
        kept = turn.deal.fields.get(name)
        value: object = [*(kept if isinstance(kept, list) else []), *files]
    else:
        value = files[-1]
    turn.emit(Filled.model_validate({"fields": {name: value}}))


def finish(turn: Turn, command: FinishTask) -> None:
    """Finishes a task with what its rule asks for: an outcome, a comment, a result, a file."""
    task = find(turn, command.task)
    rule = turn.definition.task_rule(task.key) if task.title is None else None
    if not people.may_finish(turn, task):
        who = people.name_of(turn, task.assignee)
        raise refuse(
            "not_allowed",
            f"Задачу завершает {who}, постановщик, ответственный за сделку или их руководитель.",
            f"This task is finished by {who}, its creator, the deal's responsible, or their heads.",
        )
    files = _files(turn, command.files)
    if rule:
        if needs := lacking_to_finish(turn, rule):
            raise refusal_for(turn, needs)
        _check_outcome(rule, command)
        _check_result(task, rule, command, files)
    elif command.outcome is not None:
        raise refuse("unknown_outcome", "У этой задачи нет исходов.", "This task has no outcomes.")
    if (command.comment or "").strip() or files:
        _comment(turn, task, command.comment, files, command.result or bool(files), final=True)
    close(turn, turn.deal.tasks[task.number], command.outcome, command.comment)


def _check_outcome(rule: TaskRule, command: FinishTask) -> None:
    known = tuple(rule.outcomes)
    if rule.outcomes and command.outcome is None:
        raise refuse(
            "outcome_required",
            f"Выберите исход: {', '.join(known)}.",
            f"Choose an outcome: {', '.join(known)}.",
            missing=("outcome",),
            allowed=known,
        )
    if command.outcome is None:
        return
    if command.outcome not in rule.outcomes:
        raise refuse(
            "unknown_outcome",
            f"У задачи нет исхода «{command.outcome}».",
            f"The task has no outcome “{command.outcome}”.",
            allowed=known,
        )
    if rule.outcomes[command.outcome].comment == "required" and not (command.comment or "").strip():
        raise refuse(
            "comment_required",
            "Для этого исхода напишите комментарий.",
            "This outcome needs a comment.",
            missing=("comment",),
        )


def _check_result(task: Task, rule: TaskRule, command: FinishTask, files: FileValues) -> None:
    gives_result = bool(files) or (command.result and bool((command.comment or "").strip()))
    if rule.result == "required" and not (task.has_result or gives_result):
        raise refuse(
            "result_required",
            "Задачу нельзя завершить без комментария, отмеченного как результат.",
            "The task cannot be finished without a comment marked as its result.",
            missing=("result",),
        )
    if rule.result == "file" and not (task.has_result_file or files):
        raise refuse(
            "result_file_required",
            "Задачу нельзя завершить без результата с файлом.",
            "The task cannot be finished without a result that has a file.",
            missing=("result",) if rule.result_field is None else (rule.result_field,),
        )


def close(turn: Turn, task: Task, outcome: str | None, conclusion: str | None = None) -> None:
    """Closes the task, tells those who wait for it, and sets off what the stage says."""
    rule = turn.definition.task_rule(task.key) if task.title is None else None
    stop_clocks(turn, task)
    concluded = (conclusion or "").strip() or task.conclusion
    turn.emit(TaskFinished(task=task.number, outcome=outcome, conclusion=concluded))
    if rule is None:
        return
    if rule.report_finish_to:
        _report_finish(turn, task, rule, outcome)
    handler = outcome or ("no_outcome" if rule.outcomes else "finished")
    handlers = turn.stage.when_task.get(task.key, {})
    if turn.deal.status == "open" and handler in handlers:
        path = f"{turn.deal.stage}.when_task.{task.key}.{handler}"
        turn.run_later(Batch(path, handlers[handler], conclusion=concluded or outcome))


def _report_finish(turn: Turn, task: Task, rule: TaskRule, outcome: str | None) -> None:
    title = rule.outcomes[outcome].title if outcome else None
    ended = title or Text(ru=outcome or "готово", en=outcome or "done")
    text = about_task(
        "Задача «{task}» завершена: {ended}.", "The task “{task}” is finished: {ended}.", task, rule
    )
    told = people.resolve(turn, rule.report_finish_to, task)
    said = Text(ru=text.ru.replace("{ended}", ended.ru), en=text.en.replace("{ended}", ended.en))
    tell(turn, told, "task_finished", said, task.number)
