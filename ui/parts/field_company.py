"""Who the client's company is: one that is known, by name or INN, or a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from ui.parts.elements import once
from ui.parts.field_base import FieldInput
from ui.parts.known_companies import KnownCompanies, plain_inn
from ui.view import View

Json = Any
Take = Callable[[Json], None]
_LINE = "outlined dense"


class CompanyInput(FieldInput):
    """A company found by name or INN, or made on the spot."""

    def __init__(self, view: View, label: str, value: Json) -> None:
        self._view = view
        known = {str(value["id"]): str(value["name"])} if isinstance(value, dict) else {}
        self._names = dict(known)  # of every company that was found so far
        with ui.element("div").classes("stack") as box:
            self._field = ui.select(
                known, label=label, value=next(iter(known), None), with_input=True, clearable=True
            )
            self._field.props("outlined dense options-dense input-debounce=200")
            self._field.on("input-value", self._search)
            self._field.on("popup-show", lambda: self._find(""))
            new = view.say("Новая компания", "A new company")
            self._more = ui.button(new, icon="add", on_click=self._begin).props(
                "flat dense no-caps align=left"
            )
            self._form = _NewCompany(view, self._take)
        super().__init__(self._field, box)

    @property
    def value(self) -> Json:
        return self._field.value

    async def _search(self, event: GenericEventArguments) -> None:
        await self._find(str(event.args or ""))

    async def _find(self, text: str) -> None:
        found = await self._view.act(self._view.api.get("/api/companies", q=text or None, limit=30))
        if found is None:
            return
        options = {str(one["id"]): _with_inn(one) for one in found["items"]}
        self._names |= options
        if (chosen := self._field.value) is not None:
            options.setdefault(chosen, self._names[chosen])
        self._field.set_options(options, value=chosen)

    def _begin(self) -> None:
        self._more.set_visibility(False)
        self._form.show()

    def _take(self, company: Json) -> None:
        """Makes this one the client: the form for another is put away."""
        self._names[str(company["id"])] = _with_inn(company)
        self._field.set_options(self._names, value=str(company["id"]))
        self._form.hide()
        self._more.set_visibility(True)
        self._field.run_method("focus")  # what was pressed is gone


class _NewCompany:
    """Name and INN of a company that is to be made. A known INN shows whose it is, before anything is made."""

    def __init__(self, view: View, take: Take) -> None:
        say = view.say
        self._view, self._take = view, take
        make_new, make = once(self._make_new), once(self._make)
        with ui.element("div").classes("stack") as self._box:
            self._name = _line(say("Название компании", "Company name"))
            self._inn = _line(say("ИНН (если известен)", "INN (if known)")).props("inputmode=numeric")
            self._known = KnownCompanies(view, take)
            with ui.element("div").classes("stack") as self._branch:
                ui.label(
                    say(
                        "Ещё одна компания с этим ИНН нужна, только если это филиал со своим КПП.",
                        "Another company with this INN makes sense only for a branch with a KPP of its own.",
                    )
                ).classes("muted small")
                self._kpp = _line(say("КПП филиала", "KPP of the branch")).props("inputmode=numeric")
                _button(say("Создать ещё одну", "Create another one"), make)
            self._create = _button(say("Создать компанию", "Create the company"), make_new)
        self._inn.on_value_change(self._look)
        self._inn.on("blur", lambda: self._known.doubt(self._inn.value or ""))
        for line in (self._name, self._inn):  # Enter is no answer to the whole dialog here
            line.on("keydown.enter.stop.prevent", make_new)
        self._kpp.on("keydown.enter.stop.prevent", make)
        self.hide()

    def show(self) -> None:
        """Asks anew."""
        for line in (self._name, self._inn, self._kpp):
            line.set_value("")
        self._box.set_visibility(True)
        self._name.run_method("focus")

    def hide(self) -> None:
        """Puts the form away."""
        self._box.set_visibility(False)
        self._offer(known=False)

    async def _look(self) -> bool | None:
        """Whether the INN is known, as the form then shows; None where that is not to be told now."""
        found = await self._known.look(self._inn.value or "")
        if found is None:
            return None
        self._offer(known=bool(found))
        return bool(found)

    def _offer(self, *, known: bool) -> None:
        self._branch.set_visibility(known)
        self._create.set_visibility(not known)

    async def _make_new(self) -> None:
        """Makes it, unless the INN is known: then the form says so, and another press is needed."""
        if await self._look() is False:
            await self._make()

    async def _make(self) -> None:
        view, written = self._view, self._inn.value or ""
        given = {"name": self._name.value, "inn": plain_inn(written), "kpp": self._kpp.value}
        body = {name: text.strip() for name, text in given.items() if text and text.strip()}
        made = await view.act(view.api.post("/api/companies", {"name": "", **body}))
        if made is None:
            return
        self._take(made)
        if odd := self._known.oddity(written):
            view.toast(f"{view.say('Компания создана.', 'The company is made.')} {odd}")


class InnInput(FieldInput):
    """The INN of the deal's company. One that another company has is told: perhaps that is the client."""

    def __init__(self, view: View, label: str, value: Json) -> None:
        with ui.element("div").classes("stack") as box:
            self._field = _line(label, str(value or "")).props("inputmode=numeric")
            self._known = KnownCompanies(view)
        self._field.on_value_change(lambda: self._known.look(self._field.value or ""))
        self._field.on("blur", lambda: self._known.doubt(self._field.value or ""))
        super().__init__(self._field, box)

    @property
    def value(self) -> Json:
        return plain_inn(self._field.value or "") or None


def _line(label: str, value: str = "") -> ui.input:
    return ui.input(label=label, value=value).props(f"{_LINE} autocomplete=off")


def _button(text: str, run: Callable[[], Any]) -> ui.button:
    return ui.button(text, on_click=run).props("outline dense no-caps")


def _with_inn(company: Json) -> str:
    inn, kpp = (company["fields"].get(name) for name in ("inn", "kpp"))
    number = "/".join(str(part) for part in (inn, kpp) if part)
    return f"{company['name']} · {number}" if inn else str(company["name"])
