"""Two deals about the same client's same wish: one of them stays, the other is closed as its duplicate."""

from __future__ import annotations

from nicegui import ui

from ui.parts.deal.part import Json, Refresh
from ui.parts.dialog import Dialog
from ui.view import View


def duplicates(card: Json) -> list[Json]:
    """Links to open deals that look like this one; nothing for a deal that is closed itself."""
    if card["status"] != "open":
        return []
    return [link for link in card["links"] if link["kind"] == "duplicate" and link["status"] == "open"]


def ask_to_merge(view: View, card: Json, refresh: Refresh) -> None:
    """Asks which deal stays, and closes the other one."""
    dialog = Dialog(view, view.say("Объединить дубли", "Merge duplicates"))
    others = {link["deal"]: link["title"] for link in duplicates(card)}
    with dialog:
        twin = _twin(view, others)
        ui.label(view.say("Какая сделка останется в работе", "Which deal goes on")).classes("section-title")
        stays = ui.radio(
            {
                "this": view.say(f"Эта: «{card['title']}»", f"This one: “{card['title']}”"),
                "other": view.say("Другая: эта закроется как дубль", "The other: this one is closed"),
            },
            value="this",
        )
        ui.label(
            view.say(
                "Закрытая сделка останется в истории со ссылкой на ту, что продолжается.",
                "The closed deal stays in the records, with a link to the one that goes on.",
            )
        ).classes("muted small wrap")

    async def run() -> None:
        other = str(twin.value)
        closed, kept = (other, card["id"]) if stays.value == "this" else (card["id"], other)
        await view.api.post(f"/api/deals/{closed}/merge", {"into": kept})
        if closed == card["id"]:
            view.go(f"/deals/{kept}")
            return
        view.toast(view.say("Сделки объединены", "The deals are merged"))
        await refresh()

    dialog.confirm(view.say("Объединить", "Merge"), run)


def _twin(view: View, others: dict[str, str]) -> ui.radio:
    """The duplicate, to be chosen where there are several."""
    ui.label(view.say("Дубль", "The duplicate")).classes("section-title")
    return ui.radio(others, value=next(iter(others)))
