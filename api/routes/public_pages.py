"""Pages for clients: the lead form of a pipeline, and the review of a deal. They do what the calls of `forms` and
`review` do, for people without a site of their own: no scripts, both languages, problems told on the page.
"""

from __future__ import annotations

from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api import form_pages
from api.deps import World
from api.errors import ProblemError
from api.page_shell import page
from api.problem_kinds import KINDS
from api.problems import language_of
from api.routes.forms import FormBody, FormShown, describe, take
from api.routes.review import ReviewBody, Standing, give, standing
from domain.base import Language, Text

router = APIRouter(include_in_schema=False)
Reader = Annotated[Language, Depends(language_of)]
_LONGEST, _LONGEST_TRAP = 4000, 2000  # characters of a review, and of the field that only machines fill
_SORRY = Text(ru="Не получилось", en="That did not work")
_WRONG = Text(ru="Проверьте отмеченные поля.", en="Check the fields that are marked.")
_THANKS = Text(ru="Спасибо!", en="Thank you!")


@router.get("/forms/{pipeline}")
async def lead_form(pipeline: str, language: Reader, deps: World) -> Response:
    """The empty form."""
    try:
        form = await describe(pipeline, deps)
    except ProblemError as problem:
        return _told(problem, language)
    return page(language, form.title.in_language(language), form_pages.lead_form(form, language, {}, ()))


@router.post("/forms/{pipeline}")
async def send_lead(pipeline: str, request: Request, language: Reader, deps: World) -> Response:
    """Thanks with a number to quote, or the form again with what is wrong in it."""
    filled = await _filled(request)
    form: FormShown | None = None
    try:
        form = await describe(pipeline, deps)
        number = await take(deps, request, pipeline, _body(form, filled))
    except ProblemError as problem:
        if form is None:
            return _told(problem, language)
        wrong = [str(name) for name in _listed(problem.members.get("missing"))]
        said = _WRONG if wrong else problem.detail
        body = form_pages.lead_form(form, language, filled, wrong, said.in_language(language))
        return page(language, form.title.in_language(language), body, _status(problem))
    taken = Text(
        ru=f"Заявка принята, её номер: {number}. Мы свяжемся с вами.",
        en=f"We have your request, its number is {number}. We will get in touch.",
    )
    return page(language, _THANKS.in_language(language), f"<p>{escape(taken.in_language(language))}</p>")


@router.get("/review/{token}")
async def review_form(token: str, language: Reader, deps: World) -> Response:
    """The form, or thanks where the review has been given."""
    try:
        known = await standing(deps, token)
    except ProblemError as problem:
        return _told(problem, language)
    return _thanked(known, language) if known.answered else _asked(known, language)


@router.post("/review/{token}")
async def send_review(token: str, request: Request, language: Reader, deps: World) -> Response:
    """Thanks, or the form again where no mark was chosen."""
    filled = await _filled(request)
    text, mark = filled.get("text", ""), filled.get("rating", "")
    try:
        known = await standing(deps, token)
        if known.answered:
            return _thanked(known, language)
        if mark not in ("1", "2", "3", "4", "5") or len(text) > _LONGEST:
            said = Text(ru="Выберите оценку от 1 до 5.", en="Choose a mark from 1 to 5.")
            return _asked(known, language, text[:_LONGEST], said.in_language(language), 422)
        await give(deps, token, ReviewBody(rating=int(mark), text=text))
    except ProblemError as problem:
        return _told(problem, language)
    return _thanked(known, language)


def _asked(
    known: Standing, language: Language, text: str = "", said: str = "", status: int = 200
) -> Response:
    title = Text(ru=f"Отзыв о работе: {known.company}", en=f"Your review of {known.company}")
    body = form_pages.review_form(known, language, text, said)
    return page(language, title.in_language(language), body, status)


def _thanked(known: Standing, language: Language) -> Response:
    said = Text(
        ru=f"Ваш отзыв получен. {known.company} благодарит вас.",
        en=f"Your review has come. {known.company} thanks you.",
    )
    return page(language, _THANKS.in_language(language), f"<p>{escape(said.in_language(language))}</p>")


def _told(problem: ProblemError, language: Language) -> Response:
    said = problem.detail.in_language(language)
    return page(
        language, _SORRY.in_language(language), f'<p role="alert">{escape(said)}</p>', _status(problem)
    )


def _status(problem: ProblemError) -> int:
    return problem.status or KINDS[problem.code].status


async def _filled(request: Request) -> dict[str, str]:
    """The texts of the form; files that somebody sends along are left aside."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _body(form: FormShown, filled: dict[str, str]) -> FormBody:
    fields: dict[str, Any] = {}
    for field in form.fields:
        given = filled.get(field.name, "")
        fields[field.name] = bool(given) if field.type == "bool" else given
    return FormBody(
        fields=fields,
        consent=bool(filled.get(form_pages.CONSENT)),
        website=filled.get(form_pages.TRAP, "")[:_LONGEST_TRAP],
    )


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
