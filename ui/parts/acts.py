"""What people do with what waits for them: finish a task, answer a question, decide an approval, log a call.

Each asks in a dialog only for what its definition asks for, and calls `done` when it is done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from nicegui import ui

from ui.parts.attachments import Attachments
from ui.parts.dialog import Dialog
from ui.parts.field_dates import DateInput, DateTimeInput
from ui.view import View

Json = Mapping[str, Any]
Done = Callable[[], Awaitable[None]]


async def finish_task(view: View, task: Json, done: Done) -> None:
    """Finishes a task as `GET /api/deals/{id}` shows it; asks for outcome, comment and result where they are due."""
    if not task["outcomes"] and not _lacks_result(task):
        if await view.act(
            view.api.post(f"/api/tasks/{task['id']}/finish"), view.say("Задача завершена", "Task finished")
        ):
            await done()
        return
    _ask_to_finish(view, task, done)


def _ask_to_finish(view: View, task: Json, done: Done) -> None:
    dialog = Dialog(view, view.text(task["title"]))
    with dialog:
        outcome = _choice(view, view.say("Чем закончилось", "Outcome"), _titles(view, task["outcomes"]))
        if _lacks_result(task):
            ui.label(view.say(*_RESULT[task["result"]])).classes("muted small")
        comment = _comment(view, view.say("Комментарий или результат", "Comment or result"))
        files = Attachments(view)

    async def run() -> None:
        body: dict[str, Any] = {"comment": comment.value or None, "files": files.ids}
        if outcome is not None:
            body["outcome"] = outcome.value
        body["result"] = task["result"] != "none" and bool(comment.value or files.ids)
        await view.api.post(f"/api/tasks/{task['id']}/finish", body)
        view.toast(view.say("Задача завершена", "Task finished"))
        await done()

    dialog.confirm(view.say("Завершить", "Finish"), run)


_RESULT = {
    "required": (
        "Нужен результат: напишите его или приложите файл.",
        "A result is due: in words or as a file.",
    ),
    "file": ("Нужен файл с результатом.", "A file with the result is due."),
}


def _lacks_result(task: Json) -> bool:
    """Whether a result is due that no comment has given yet."""
    given = {"required": task["has_result"], "file": task["has_result_file"]}
    return not given.get(task["result"], True)


async def answer(view: View, asked: Json, option: str, done: Done) -> None:
    """Answers an assignment with the option; asks for a comment or a date where the option does."""
    chosen = asked["options"][option]
    needs_comment, date = chosen.get("comment") == "required", chosen.get("date", "none")
    if not needs_comment and date == "none":
        said = view.say("Ответ записан", "The answer is kept")
        if await view.act(view.api.post(f"/api/assignments/{asked['id']}/answer", {"option": option}), said):
            await done()
        return
    dialog = Dialog(view, f"{view.text(asked['title'])} — {view.text(chosen)}")
    with dialog:
        day = DateInput(view, _when(view, date), None) if date != "none" else None
        star = " *" if needs_comment else ""
        comment = _comment(view, view.say("Комментарий", "Comment") + star)

    async def run() -> None:
        body = {"option": option, "comment": comment.value or None}
        if day is not None and day.value:
            body["date"] = day.value
        await view.api.post(f"/api/assignments/{asked['id']}/answer", body)
        view.toast(view.say("Ответ записан", "The answer is kept"))
        await done()

    dialog.confirm(view.say("Ответить", "Answer"), run)


async def approve(view: View, approval: Json, done: Done) -> None:
    """Approves the step that the person sees."""
    body = {"decision": "approve", "step": approval["step"]}
    said = view.say("Согласовано", "Approved")
    if await view.act(view.api.post(f"/api/approvals/{approval['id']}/decide", body), said):
        await done()


def reject(view: View, approval: Json, done: Done) -> None:
    """Rejects the step, and asks why."""
    dialog = Dialog(view, view.say("Отклонить согласование", "Reject the approval"))
    with dialog:
        ui.label(view.text(approval["title"]))
        comment = _comment(view, view.say("Почему *", "Why *"))

    async def run() -> None:
        body = {"decision": "reject", "comment": comment.value or None, "step": approval["step"]}
        await view.api.post(f"/api/approvals/{approval['id']}/decide", body)
        view.toast(view.say("Отклонено", "Rejected"))
        await done()

    dialog.confirm(view.say("Отклонить", "Reject"), run, danger=True)


def delegate(view: View, approval: Json, whose: str, done: Done) -> None:
    """Passes the decision of the person `whose`, one's own or that of one's people, on to somebody else."""
    title = view.say("Передать решение", "Pass the decision on")
    dialog = Dialog(view, title if whose == view.me.id else f"{title}: {view.name(whose)}")
    with dialog:
        others = {id: name for id, name in view.people.items() if id != whose}
        person = ui.select(others, label=view.say("Кому", "To whom"), with_input=True).props("outlined dense")

    async def run() -> None:
        body = {"to": person.value, "approver": whose}
        await view.api.post(f"/api/approvals/{approval['id']}/delegate", body)
        view.toast(view.say("Решение передано", "The decision is passed on"))
        await done()

    dialog.confirm(view.say("Передать", "Pass on"), run)


def log_call(view: View, call: Json, outcome: str, done: Done) -> None:
    """Keeps how a call went, with a note, and when to call again if the person says so."""
    reached = outcome == "reached"
    title = view.say("Дозвонились", "Reached") if reached else view.say("Не дозвонились", "No answer")
    dialog = Dialog(view, f"{title}: {view.text(call['title'])}")
    with dialog:
        note = _comment(view, view.say("О чём договорились", "What was agreed") if reached else "")
        again = DateTimeInput(view, view.say("Перезвонить (если нужно)", "Call again (if needed)"), None)

    async def run() -> None:
        body: dict[str, Any] = {"outcome": outcome, "note": note.value or None}
        if again.value:
            body["next_at"] = _in_zone(view, again.value)
        await view.api.post(f"/api/calls/{call['id']}/log", body)
        view.toast(view.say("Звонок записан", "The call is kept"))
        await done()

    dialog.confirm(view.say("Записать", "Keep"), run)


def _titles(view: View, choices: Mapping[str, Json]) -> dict[str, str]:
    return {name: view.text(choice.get("title")) or name for name, choice in choices.items()}


def _choice(view: View, label: str, choices: dict[str, str]) -> ui.radio | None:
    """A choice of one; None where there is nothing to choose from."""
    if not choices:
        return None
    ui.label(label).classes("section-title")
    return ui.radio(choices, value=next(iter(choices)) if len(choices) == 1 else None)


def _comment(view: View, label: str) -> ui.textarea:
    field = ui.textarea(label=label or view.say("Комментарий", "Comment"))
    return field.props("outlined autogrow rows=2")


def _when(view: View, date: str) -> str:
    return view.say("Когда", "When") + (" *" if date == "required" else "")


def _in_zone(view: View, moment: str) -> str:
    """The organisation's time with its offset; what is no moment goes to the API as it is, to be refused there."""
    try:
        return datetime.fromisoformat(moment).replace(tzinfo=view.zone).isoformat()
    except ValueError:
        return moment
