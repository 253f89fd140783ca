"""Linked deals as one chain across pipelines, in the order they came to be."""

from __future__ import annotations

from nicegui import ui

from ui.parts.deal.part import Json, Part

_KIND = {
    "duplicate": ("похоже на дубль", "looks like a duplicate"),
    "merged": ("объединены", "merged"),
}


_FEW = 3  # similar deals that are seen at once; more are folded


class Chain(Part):
    """What came before, this deal, what came of it; apart from them, deals that only look like it."""

    title = ("Цепочка сделок", "Chain of deals")

    def shown(self, card: Json) -> Json:
        return card["links"]

    def draw(self, card: Json) -> None:
        alike = [link for link in card["links"] if link["kind"] == "duplicate"]
        links = [link for link in card["links"] if link["kind"] != "duplicate"]
        if links:
            self._way(card, links)
        if alike:
            title = self.view.say(f"Похожи на эту · {len(alike)}", f"Similar to this one · {len(alike)}")
            with ui.expansion(title, value=len(alike) <= _FEW).props("dense"):
                with ui.element("ol").classes("chain"):
                    for link in alike:
                        self._link(link)

    def _way(self, card: Json, links: list[Json]) -> None:
        # A link is recorded by the later deal: outgoing ones lead back.
        before = [link for link in links if link["outgoing"]]
        after = [link for link in links if not link["outgoing"]]
        with ui.element("ol").classes("chain"):
            for link in before:
                self._link(link)
            with ui.element("li").classes("chain-here"):
                ui.label(self.view.text(card["pipeline_title"])).classes("muted small")
                ui.label(self.view.say("Эта сделка", "This deal")).classes("strong")
            for link in after:
                self._link(link)

    def _link(self, link: Json) -> None:
        view = self.view
        pipeline = next((one for one in view.pipelines if one["pipeline"] == link["pipeline"]), None)
        kind = _KIND.get(link["kind"])
        with ui.element("li"):
            title = view.text(pipeline["title"]) if pipeline else ""
            ui.label(f"{title} · {view.say(*kind)}" if kind else title).classes("muted small")
            ui.link(link["title"], f"/deals/{link['deal']}").classes("wrap")
            tone = {"won": "pill--ok", "lost": "pill--late"}.get(link["status"], "pill--brand")
            status = {
                "won": view.say("успешно", "won"),
                "lost": view.say("неудача", "lost"),
            }.get(link["status"], view.say("в работе", "open"))
            ui.label(status).classes(f"pill {tone}")
