"""Questions, calls and approvals of a deal: who is asked, who said what, and the buttons of whoever is asked."""

from __future__ import annotations

from functools import partial

from nicegui import ui

from ui.parts import acts
from ui.parts.deal.part import Json, Part
from ui.parts.elements import once

_DECIDED = {"approve": ("согласовал(а)", "approved"), "reject": ("отклонил(а)", "rejected")}
_STATUS = {
    "pending": ("Идёт", "Under way", "pill--soon"),
    "approved": ("Согласовано", "Approved", "pill--ok"),
    "rejected": ("Отклонено", "Rejected", "pill--late"),
    "withdrawn": ("Отозвано", "Withdrawn", ""),
}


class Assignments(Part):
    """Questions put to people."""

    title = ("Поручения", "Assignments")

    def shown(self, card: Json) -> Json:
        return card["assignments"]

    def draw(self, card: Json) -> None:
        for asked in card["assignments"]:
            self._draw(asked)

    def _draw(self, asked: Json) -> None:
        view, mine = self.view, asked["assignee"] == self.view.me.id
        with ui.element("div").classes("stack deal-task"):
            ui.label(view.text(asked["title"])).classes("strong wrap")
            if asked["status"] != "open":
                chosen = asked["options"].get(asked.get("option") or "")
                said = view.text(chosen) if chosen else view.say("больше не нужно", "needed no more")
                ui.label(f"{view.name(asked['assignee'])}: {said}").classes("muted small")
                return
            ui.label(f"{view.say('Отвечает', 'Asked')}: {view.name(asked['assignee'])}").classes(
                "muted small"
            )
            with ui.element("div").classes("row"):
                for name, option in asked["options"].items():
                    answer = once(partial(acts.answer, view, asked, name, self.refresh))
                    button = ui.button(view.text(option), on_click=answer)
                    button.props("dense no-caps " + ("unelevated" if mine else "outline"))


class Calls(Part):
    """Calls to make, and how those that were made went."""

    title = ("Звонки", "Calls")

    def shown(self, card: Json) -> Json:
        return card["calls"]

    def draw(self, card: Json) -> None:
        view = self.view
        for call in sorted(card["calls"], key=lambda one: (one["status"] != "open", one["due"])):
            with ui.element("div").classes("stack deal-task"):
                with ui.element("div").classes("row nowrap"):
                    ui.icon("call", size="18px").props("aria-hidden=true").classes("muted")
                    ui.label(view.text(call["title"])).classes("strong grow wrap")
                    if call["status"] == "open":
                        due = view.due(call["due"])
                        ui.label(due.text).classes(f"pill pill--{due.tone}").tooltip(view.full(call["due"]))
                if call["status"] == "open":
                    self._buttons(call)
                else:
                    ui.label(self._how(call)).classes("muted small wrap")

    def _buttons(self, call: Json) -> None:
        view = self.view
        ui.label(f"{view.name(call['assignee'])}, {view.moment(call['due'])}").classes("muted small")
        with ui.element("div").classes("row"):
            for outcome, ru, en in (
                ("reached", "Дозвонились", "Reached"),
                ("no_answer", "Не дозвонились", "No answer"),
            ):
                log = partial(acts.log_call, view, call, outcome, self.refresh)
                ui.button(view.say(ru, en), on_click=log).props("dense no-caps outline")

    def _how(self, call: Json) -> str:
        view = self.view
        if call["outcome"] is None:
            return view.say("Больше не нужен", "Needed no more")
        how = (
            view.say("дозвонились", "reached")
            if call["outcome"] == "reached"
            else view.say("без ответа", "no answer")
        )
        parts = (view.name(call["logged_by"]), view.moment(call["logged_at"]), how, call["note"] or "")
        return " · ".join(part for part in parts if part)


class Approvals(Part):
    """Approvals step by step: who has decided what and when, and for whom it waits."""

    title = ("Согласования", "Approvals")

    def shown(self, card: Json) -> Json:
        return card["approvals"]

    def draw(self, card: Json) -> None:
        for approval in reversed(card["approvals"]):
            self._draw(approval)

    def _draw(self, approval: Json) -> None:
        view = self.view
        ru, en, tone = _STATUS[approval["status"]]
        with ui.element("div").classes("stack deal-task"):
            with ui.element("div").classes("row nowrap"):
                ui.label(view.text(approval["title"])).classes("strong grow wrap")
                ui.label(view.say(ru, en)).classes(f"pill {tone}")
            with ui.element("ol").classes("approval-steps"):
                for step in approval["steps"]:
                    self._step(step)
            if approval["comment"]:
                ui.label(f"«{approval['comment']}»").classes("wrap")
            self._buttons(approval)

    def _step(self, step: Json) -> None:
        view = self.view
        with ui.element("li"):
            ui.label(view.text(step["title"])).classes("section-title")
            for seat in step["approvers"]:
                decided = _DECIDED.get(seat.get("decision") or "")
                how = view.say(*decided) if decided else view.say("ещё не решил(а)", "has not decided yet")
                when = f", {view.moment(seat['decided_at'])}" if seat.get("decided_at") else ""
                ui.label(f"{view.name(seat['person'])} — {how}{when}").classes("small wrap")
                if seat.get("comment"):
                    ui.label(f"«{seat['comment']}»").classes("small muted wrap")
            if step["deadline"] and not step["ended_at"]:
                due = view.due(step["deadline"])
                ui.label(due.text).classes(f"pill pill--{due.tone}")

    def _buttons(self, approval: Json) -> None:
        """What the API says that this person may do."""
        view, may = self.view, approval["may"]
        with ui.element("div").classes("row"):
            if may["decide"]:
                approve = once(partial(acts.approve, view, approval, self.refresh))
                reject = partial(acts.reject, view, approval, self.refresh)
                ui.button(view.say("Согласовать", "Approve"), on_click=approve).props(
                    "dense no-caps unelevated"
                )
                ui.button(view.say("Отклонить", "Reject"), on_click=reject).props("dense no-caps outline")
            for person in may["delegate"]:
                delegate = partial(acts.delegate, view, approval, person, self.refresh)
                whose = "" if person == view.me.id else f": {view.name(person)}"
                button = ui.button(view.say("Передать", "Pass on") + whose, on_click=delegate)
                button.props("dense no-caps flat")
            if may["withdraw"]:
                withdraw = once(partial(self._withdraw, approval))
                ui.button(view.say("Отозвать", "Withdraw"), on_click=withdraw).props("dense no-caps flat")

    async def _withdraw(self, approval: Json) -> None:
        done = self.view.say("Согласование отозвано", "The approval is withdrawn")
        await self.view.act(self.view.api.post(f"/api/approvals/{approval['id']}/withdraw"), done)
        await self.view.act(self.refresh())
