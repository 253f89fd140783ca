"""«What this deal waits for»: whom, and what will happen when if nobody acts. Only a durable process can know."""

from __future__ import annotations

from nicegui import ui

from domain.approval.naming import called
from domain.base import Text
from ui.parts.deal.part import Json, Part


class Waits(Part):
    """People first, then the agenda in the order it comes due."""

    title = ("Чего ждёт эта сделка", "What this deal waits for")

    def shown(self, card: Json) -> Json:
        if card["status"] != "open" and not card["agenda"]:
            return None
        return {
            "for": self._waiting(card),
            "agenda": card["agenda"],
            "stage": card["stage"],
            "hint": self._hint(card),
        }

    def draw(self, card: Json) -> None:
        waiting, hint = self._waiting(card), self._hint(card)
        if hint:
            ui.label(hint).classes("hint wrap")
        with ui.element("div").classes("stack").style("gap: 6px"):
            for line in waiting:
                with ui.element("div").classes("row nowrap"):
                    ui.icon("hourglass_empty", size="18px").props("aria-hidden=true").classes("muted")
                    ui.label(line).classes("grow wrap")
            if not waiting and not card["agenda"]:
                ui.label(
                    self.view.say(
                        "Ничего не запланировано: сделка пойдёт дальше, когда её переведут.",
                        "Nothing is planned: the deal goes on when somebody moves it.",
                    )
                ).classes("muted")
        if card["agenda"]:
            ui.label(self.view.say("Если ничего не делать", "If nobody acts")).classes("section-title")
            with ui.element("ol").classes("agenda"):
                for entry in card["agenda"]:
                    self._entry(entry)

    def _hint(self, card: Json) -> str:
        """What the definition advises at this stage."""
        return next((self.view.text(one["hint"]) for one in card["stages"] if one["id"] == card["stage"]), "")

    def _entry(self, entry: Json) -> None:
        view, due = self.view, self.view.due(entry["at"])
        with ui.element("li"):
            with ui.element("time").classes("small nowrap") as when:
                ui.label(view.moment(entry["at"]))
            when.tooltip(view.full(entry["at"]))
            ui.label(view.text(entry["words"])).classes("grow wrap")
            ui.label(due.text).classes(f"pill pill--{due.tone}")

    def _waiting(self, card: Json) -> list[str]:
        """Sentences: whom the deal waits for, and for what."""
        view = self.view
        lines = [self._task(task) for task in card["tasks"] if task["status"] == "open"]
        lines += [
            view.say(f"Ответ на поручение «{title}» — {who}", f"An answer to “{title}” from {who}")
            for title, who in self._open(card["assignments"])
        ]
        lines += [
            view.say(f"Звонок «{title}» — {who}", f"The call “{title}” by {who}")
            for title, who in self._open(card["calls"])
        ]
        for approval in card["approvals"]:
            if approval["status"] == "pending":
                who = ", ".join(view.name(person) for person in approval["waits_for"])
                what = called(Text(**approval["title"]))
                lines.append(view.say(f"{what.ru} — {who}", f"{what.en} by {who}"))
        for link in card["links"]:
            if link["status"] == "open" and not link["outgoing"] and link["kind"] == "parent":
                lines.append(
                    view.say(f"Связанная сделка «{link['title']}»", f"The linked deal “{link['title']}”")
                )
        return lines + self._move(card)

    def _task(self, task: Json) -> str:
        view, title, who = self.view, self.view.text(task["title"]), self.view.name(task["assignee"])
        line = view.say(f"Задача «{title}» — {who}", f"The task “{title}” by {who}")
        if not task["deadline"]:
            return line
        return f"{line}, {view.say('до', 'due')} {view.moment(task['deadline'])}"

    def _open(self, items: list[Json]) -> list[tuple[str, str]]:
        view = self.view
        return [
            (view.text(one["title"]), view.name(one["assignee"])) for one in items if one["status"] == "open"
        ]

    def _move(self, card: Json) -> list[str]:
        """An automatic move that lacks something."""
        pending = card["pending_move"]
        if not pending:
            return []
        to = next((move for move in card["moves"] if move["to"] == pending["to"]), None)
        title = self.view.text(to["title"]) if to else pending["to"]
        names = ", ".join(
            self.view.text(card["field_titles"].get(name, name)) for name in (to["missing"] if to else ())
        )
        gates = [self.view.text(gate["message"]) for gate in (to["gates"] if to else ())]
        tail = ". ".join(part for part in (names, *gates) if part)
        return [
            self.view.say(
                f"Переход на «{title}» произойдёт сам, когда будет: {tail}",
                f"The move to “{title}” happens by itself once there is: {tail}",
            )
        ]
