"""The HTML of the public form and of the review: pure functions from what is known to text, every value escaped."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape

from api.routes.forms import FormField, FormShown
from api.routes.review import Standing
from domain.base import Language

_SAY: Mapping[str, Mapping[Language, str]] = {
    "send": {"ru": "Отправить", "en": "Send"},
    "wrong": {"ru": "Проверьте это поле.", "en": "Check this field."},
    "yes": {"ru": "Да", "en": "Yes"},
    "choose": {"ru": "Выберите", "en": "Choose"},
    "consent": {
        "ru": "Согласен на обработку персональных данных",
        "en": "I agree to the processing of my personal data",
    },
    "leave_empty": {"ru": "Не заполняйте это поле", "en": "Leave this field empty"},
    "mark": {"ru": "Ваша оценка: от 1 до 5", "en": "Your mark: from 1 to 5"},
    "words": {"ru": "Что понравилось, что нет", "en": "What was good, what was not"},
}
_KINDS = {"number": "number", "money": "text", "date": "date"}
CONSENT, TRAP = "consent", "website"


def lead_form(
    form: FormShown, language: Language, filled: Mapping[str, str], wrong: Collection[str], said: str = ""
) -> str:
    """The form with what was filled in before; `said` and `wrong` say why it came back."""
    fields = [
        _field(field, language, filled.get(field.name, ""), field.name in wrong) for field in form.fields
    ]
    if form.consent:
        fields.append(_checkbox(CONSENT, _SAY["consent"][language], filled.get(CONSENT), must=True))
    trap = (
        f'<div class="aside" aria-hidden="true"><label>{escape(_SAY["leave_empty"][language])}'
        f'<input name="{TRAP}" tabindex="-1" autocomplete="off"></label></div>'
    )
    return _form([*_told(said), *fields, trap], language)


def _field(field: FormField, language: Language, value: str, wrong: bool) -> str:
    title = field.title.in_language(language)
    if field.type == "bool":
        return _checkbox(field.name, title, value, must=False)
    must = " required" if field.required else ""
    star = " *" if field.required else ""
    name = f'name="{escape(field.name)}"{must}' + (' aria-invalid="true"' if wrong else "")
    note = f'<p class="wrong">{escape(_SAY["wrong"][language])}</p>' if wrong else ""
    return f"<div><label>{escape(title)}{star}{_control(field, language, name, value)}</label>{note}</div>"


def _control(field: FormField, language: Language, name: str, value: str) -> str:
    if field.type == "choice":
        options = "".join(
            _option(key, text.in_language(language), key == value) for key, text in field.options.items()
        )
        return (
            f'<select {name}><option value="">{escape(_SAY["choose"][language])}</option>{options}</select>'
        )
    kind = _kind(field)
    if kind == "long":
        return f'<textarea {name} maxlength="2000">{escape(value)}</textarea>'
    step = ' step="any"' if kind == "number" else ""
    return (
        f'<input type="{kind}"{step} {name} maxlength="2000" value="{escape(value)}"{_completed(field.name)}>'
    )


def _option(key: str, title: str, chosen: bool) -> str:
    return f'<option value="{escape(key)}"{" selected" if chosen else ""}>{escape(title)}</option>'


def _kind(field: FormField) -> str:
    """The type of the input; texts that are no name, phone or address get several lines."""
    for ending, kind in (("phone", "tel"), ("email", "email"), ("name", "text")):
        if field.name.endswith(ending):
            return kind
    return _KINDS.get(field.type, "long")


def _completed(name: str) -> str:
    """What browsers fill in by themselves."""
    known = {"phone": "tel", "email": "email", "contact_name": "name", "contact.name": "name"}
    known["company_name"] = "organization"
    return next((f' autocomplete="{token}"' for ending, token in known.items() if name.endswith(ending)), "")


def review_form(standing: Standing, language: Language, text: str = "", said: str = "") -> str:
    """The form of a review that has not been given yet."""
    marks = "".join(
        f'<label class="choice"><input type="radio" name="rating" value="{mark}" required>{mark}</label>'
        for mark in range(standing.rating.from_, standing.rating.to + 1)
    )
    question = (
        f'<fieldset><legend>{_SAY["mark"][language]}</legend><div class="marks">{marks}</div></fieldset>'
    )
    area = f'<textarea name="text" maxlength="4000">{escape(text)}</textarea>'
    words = f"<div><label>{_SAY['words'][language]}{area}</label></div>"
    return _form([*_told(said), question, words], language)


def _form(parts: list[str], language: Language) -> str:
    return f'<form method="post">{"".join(parts)}<div><button>{_SAY["send"][language]}</button></div></form>'


def _told(said: str) -> list[str]:
    return [f'<p class="wrong" role="alert">{escape(said)}</p>'] if said else []


def _checkbox(name: str, title: str, value: str | None, *, must: bool) -> str:
    flags = (" required" if must else "") + (" checked" if value else "")
    return (
        f'<label class="choice"><input type="checkbox" name="{escape(name)}" value="true"{flags}>'
        f"{escape(title)}</label>"
    )
