"""Fields of a form by name, so that a refusal is shown at the field that it is about."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement

from ui.api_client import Problem
from ui.view import View

T = TypeVar("T")
Field = TypeVar("Field", bound=ValidationElement[Any])


class Form:
    """The fields of one dialog or card, drawn where they are made."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._fields: dict[str, ValidationElement[Any]] = {}

    def line(self, name: str, label: str, value: str = "", hint: str = "", kind: str = "text") -> ui.input:
        """One line of text; `kind` is an HTML input type, and a password can be shown."""
        secret = kind == "password"
        field = ui.input(label=label, value=value, password=secret, password_toggle_button=secret)
        field.props("outlined dense" + ("" if secret else f" type={kind}"))
        if secret:
            field.props("autocomplete=new-password")
        if hint:
            field.props["hint"] = hint
        return self._add(name, field)

    def choice(
        self,
        name: str,
        label: str,
        options: Mapping[str, str],
        value: str | None = None,
        *,
        clear: bool = False,
    ) -> ui.select:
        """One of several, found by typing."""
        chosen = value if value in options else None
        field = ui.select(dict(options), label=label, value=chosen, with_input=True, clearable=clear)
        return self._add(name, field.props("outlined dense options-dense"))

    def values(self) -> dict[str, Any]:
        """What stands in the fields, texts without spaces around them."""
        return {name: _tidy(field.value) for name, field in self._fields.items()}

    def blame(self, name: str, why: str) -> bool:
        """Shows at the field what is wrong; False where there is no such field."""
        field = self._fields.get(name)
        if field is None:
            return False
        field.error = why
        return True

    def clear_errors(self) -> None:
        """Nothing is wrong any more, as far as is known."""
        for field in self._fields.values():
            field.error = None

    async def send(self, call: Awaitable[T]) -> T:
        """The call's answer; a refusal is shown at its fields, and raised for whoever shows the rest."""
        self.clear_errors()
        try:
            return await call
        except Problem as problem:
            for error in problem.data.get("errors", []):
                self.blame(str(error["field"]).rpartition(".")[2], str(error["message"]))
            for name in problem.data.get("missing", []):
                self.blame(str(name), problem.detail)
            raise

    def _add(self, name: str, field: Field) -> Field:
        def right_again() -> None:
            field.error = None

        field.on_value_change(right_again)
        self._fields[name] = field
        return field

    def require(self, *names: str) -> None:
        """Raises Problem, shown at the fields too, where some of these are not filled."""
        empty = [name for name in names if not _tidy(self._fields[name].value)]
        for name in empty:
            self.blame(name, self._view.say("Заполните это поле.", "Fill this in."))
        if empty:
            detail = self._view.say("Заполните отмеченные поля.", "Fill in the marked fields.")
            raise Problem(422, {"detail": detail})


def _tidy(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
