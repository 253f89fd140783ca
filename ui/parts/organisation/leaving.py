"""Letting somebody go: first it is said what stands on them and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nicegui import ui

from ui.parts.dialog import Dialog
from ui.parts.organisation.form import Form
from ui.parts.organisation.tab import Tab
from ui.view import View

Json = dict[str, Any]


async def ask_to_leave(tab: Tab, person: Json, working: Mapping[str, str]) -> None:
    """Asks once more, with everything that follows; deals may be handed over in the same go."""
    view = tab.view
    duties = await view.api.get(f"/api/employees/{person['id']}/duties")
    roles = await view.api.get("/api/settings/roles")
    titles = {role["role"]: view.text(role["title"]) for role in roles["items"]}
    dialog = Dialog(view, view.say(f"Уволить: {person['name']}", f"Let go: {person['name']}"))
    with dialog:
        with ui.element("ul").classes("org-consequences"):
            for line in consequences(view, duties, titles):
                with ui.element("li"):
                    ui.label(line).classes("wrap")
        form = Form(view)
        if duties["deals"]:
            others = {id: name for id, name in working.items() if id != person["id"]}
            form.choice(
                "to",
                view.say("Кому передать сделки", "Who takes the deals over"),
                others,
                person["head"],
                clear=True,
            )

    async def go() -> None:
        heir = form.values().get("to")
        address = f"/api/employees/{person['id']}"
        if heir:
            await form.send(view.api.post(f"{address}/handover", {"to": heir}))
        await view.api.patch(address, {"active": False})
        view.toast(view.say("Больше не работает; вход закрыт", "Has left; signed out everywhere"))
        await tab.again()

    dialog.confirm(view.say("Уволить", "Let go"), go, danger=True)


def consequences(view: View, duties: Json, titles: Mapping[str, str]) -> Iterator[str]:
    """What follows, a sentence each."""
    yield view.say(
        "Вход закроется сразу, во всех браузерах. Записи и история останутся.",
        "They are signed out everywhere at once. Everything they did stays on record.",
    )
    if duties["deals"]:
        deals = view.plural(
            duties["deals"],
            ("открытая сделка", "открытые сделки", "открытых сделок"),
            ("open deal", "open deals"),
        )
        yield view.say(
            f"{deals}: перейдут к тому, кого вы выберете, иначе останутся без работающего ответственного.",
            f"{deals}: go to whom you choose; else nobody who works here is responsible.",
        )
    work = [
        view.plural(duties[name], ru, en)
        for name, ru, en in (
            ("tasks", ("задача", "задачи", "задач"), ("task", "tasks")),
            ("assignments", ("поручение", "поручения", "поручений"), ("assignment", "assignments")),
            ("approvals", ("согласование", "согласования", "согласований"), ("approval", "approvals")),
        )
        if duties[name]
    ]
    if work:
        listed = ", ".join(work)
        yield view.say(
            f"Открыто: {listed}. Они останутся: закрыть их смогут ответственный за сделку и руководители.",
            f"Open: {listed}. They stay: the deal's responsible and the heads can close them.",
        )
    if duties["only_one"]:
        roles = ", ".join(f"«{titles.get(role, role)}»" for role in duties["only_one"])
        yield view.say(
            f"Больше никто не исполняет: {roles}. Новые задачи этих ролей пойдут ответственным за сделки.",
            f"Nobody else has: {roles}. New tasks of these roles go to the deals' responsibles.",
        )
    if duties["leads"]:
        people = ", ".join(view.name(one) for one in duties["leads"])
        yield view.say(
            f"Останутся без руководителя: {people}. Назначьте им другого.",
            f"Without a head from then on: {people}. Give them another.",
        )
