"""Public lead forms: strangers open deals of pipelines that allow it, and learn nothing but a number."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictBool

from api import examples_intake as examples
from api.deps import Deps, World
from api.errors import ProblemError, RefusedError, UnavailableError
from api.hourly import Tries, address_of, digest
from api.idempotency import HEADER, check_key, derived
from api.replies import problem_responses, reply
from domain import contacts
from domain.base import Text
from domain.command_json import storable
from domain.commands import Open
from domain.definition import FieldSpec, Pipeline
from domain.events import SYSTEM
from domain.intake import CONTACT, Intake
from store import intake, queries
from store.knowing import open_tasks

router = APIRouter(prefix="/api/forms", tags=["public"])
SOURCE = "site"
EACH, ALL = 20, 600  # submissions an hour: from one address, and from everywhere
_SPACE = uuid.UUID("0d6f4c8e-9c57-4c58-8a53-8f0f8a1a2b17")
_LONGEST = 2000  # characters of one field
_MOST_BYTES = 32 * 1024
_NAMES = ("contact_name", "contact.name", "company_name")  # what a deal is called by


class FormBody(BaseModel):
    """A filled form. `website` is hidden from people: who fills it is a machine."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    fields: dict[str, JsonValue]
    consent: StrictBool = False
    website: str = Field(default="", max_length=_LONGEST)


class FormField(BaseModel):
    """One field of the form, as a page shows it."""

    name: str
    type: str
    title: Text
    required: bool
    options: dict[str, Text]


class FormShown(BaseModel):
    """What a page needs to show the form."""

    title: Text
    fields: list[FormField]
    consent: bool


@router.get("/{pipeline}", responses=problem_responses(404, 503))
async def describe(pipeline: str, deps: World) -> FormShown:
    """Поля открытой формы · The fields of the public form."""
    definition, form = await _form(deps, pipeline)
    fields = [_shown(definition, form, name) for name in form.fields]
    return FormShown(title=form.title or definition.title, fields=fields, consent=form.consent)


def _shown(definition: Pipeline, form: Intake, name: str) -> FormField:
    spec = definition.fields.get(name) or FieldSpec(type="text", title=CONTACT[name])
    title, required = form.titles.get(name, spec.title), name in form.required
    return FormField(name=name, type=spec.type, title=title, required=required, options=spec.options)


@router.post("/{pipeline}", status_code=202, responses=problem_responses(404, 413, 422, 429, 503))
async def submit(
    pipeline: str,
    body: Annotated[FormBody, Body(openapi_examples=examples.FORM)],
    request: Request,
    deps: World,
) -> Response:
    """Отправить форму · Send the form: opens a deal once; `Idempotency-Key`, or the same words of one day."""
    return reply({"number": await take(deps, request, pipeline, body)}, 202)


async def take(deps: Deps, request: Request, pipeline: str, body: FormBody) -> str:
    """Opens the deal that a filled form asks for; the number to tell the client. Raises ProblemError."""
    if int(request.headers.get("content-length") or 0) > _MOST_BYTES:
        raise ProblemError("too_large", "Форма слишком велика.", "The form is too large.")
    await _count(deps, request)
    definition, form = await _form(deps, pipeline)
    key = _key(request, pipeline, body, deps.now())
    deal = derived(key, "deal")
    if not body.website.strip():
        command = await _command(deps, definition, form, body)
        try:
            async with deps.engine.connect() as connection:
                known = await queries.deal_state(connection, deal)
            if known is None:
                await deps.gateway.open(command, SYSTEM, deal, key)
        except RefusedError as refused:  # its words may name what is inside
            raise _invalid([name for name in refused.refusal.missing if name in form.fields]) from None
    return _public_number(deal)


async def _count(deps: Deps, request: Request) -> None:
    """Raises the problem of too many submissions."""
    tries = Tries(deps.now(), (digest("form", address_of(request)),), together="*")
    async with deps.engine.begin() as connection:
        may_send = await tries.count(connection, each=EACH, everybody=ALL)
    if not may_send:
        raise tries.too_many(
            "Слишком много заявок. Попробуйте позже или позвоните нам.",
            "Too many submissions. Try again later, or call us.",
        )


async def _form(deps: Deps, pipeline: str) -> tuple[Pipeline, Intake]:
    async with deps.engine.connect() as connection:
        current = await queries.current_hash(connection, pipeline)
        definition = await deps.definitions.get(current, connection) if current else None
    if definition is None or definition.intake is None:
        raise ProblemError(  # read by clients, who know of no pipelines
            "unknown_pipeline",
            "Такой формы нет. Проверьте ссылку или свяжитесь с нами.",
            "There is no such form. Check the link, or get in touch with us.",
            status=404,
        )
    return definition, definition.intake


def _key(request: Request, pipeline: str, body: FormBody, now: datetime) -> str:
    """The command's id: by the client's key, or by what the form says, so that a second click sends nothing."""
    key = request.headers.get(HEADER)
    if key is not None:
        check_key(key)
        return str(uuid.uuid5(_SPACE, f"{pipeline}\nkey\n{key}"))
    return str(uuid.uuid5(_SPACE, f"{pipeline}\n{now.date()}\n{sorted(body.fields.items())!r}"))


def _public_number(deal: str) -> str:
    """Eight letters and digits that lead nobody to the deal."""
    digest = hashlib.sha256(f"number\n{deal}".encode()).digest()
    return base64.b32encode(digest[:5]).decode()


async def _command(deps: Deps, definition: Pipeline, form: Intake, body: FormBody) -> Open:
    if form.consent and not body.consent:
        raise ProblemError(
            "invalid_request",
            "Нужно согласие на обработку персональных данных.",
            "Consent to the processing of personal data is needed.",
            errors=[{"field": "consent", "message": "true"}],
        )
    fields = _checked(definition.fields, form, body.fields)
    title = " · ".join(str(fields[name]) for name in _NAMES if fields.get(name))
    contact = {name.partition(".")[2]: fields.pop(name) for name in CONTACT if name in fields}
    return Open(
        pipeline=definition.pipeline,
        responsible=await _least_busy(deps, form.responsible),
        title=title[:200] or None,
        source=SOURCE,
        contact=contact or None,
        fields=fields,
    )


def _checked(specs: dict[str, FieldSpec], form: Intake, given: dict[str, Any]) -> dict[str, JsonValue]:
    """The form's values, phones and addresses in their one form; raises a problem that names what is wrong."""
    values = {name: value for name, value in given.items() if value not in (None, "", [])}
    wrong = [name for name in values if name not in form.fields]
    wrong += [name for name in form.required if name not in values]
    for name, value in values.items():
        if (
            not isinstance(value, str | int | float | bool)
            or not storable([value])
            or len(str(value)) > _LONGEST
        ):
            wrong.append(name)
        elif name.endswith("phone"):
            values[name] = contacts.phone(str(value))
        elif name.endswith("email"):
            values[name] = contacts.email(str(value))
        elif name in CONTACT or (name in specs and specs[name].type == "text"):
            values[name] = str(value).strip()
    wrong += [name for name, value in values.items() if value is None]
    if wrong:
        raise _invalid(list(dict.fromkeys(wrong)))
    return values


def _invalid(names: list[str]) -> ProblemError:
    listed = ", ".join(names) or "—"
    return ProblemError("invalid_request", f"Исправьте: {listed}.", f"Correct: {listed}.", missing=names)


async def _least_busy(deps: Deps, recipient: str) -> str:
    """Who of the role has the fewest open deals and tasks; raises UnavailableError for a role without people."""
    _, _, role = recipient.partition(":")
    async with deps.engine.connect() as connection:
        organisation, _ = await queries.load_organisation(connection)
        people = [
            person
            for person in organisation.roles.get(role, ())
            if (employee := organisation.employees.get(person)) and employee.active
        ]
        if not people:
            raise UnavailableError()
        deals, tasks = await intake.open_deals(connection, people), await open_tasks(connection, people)
    return min(people, key=lambda person: (deals[person] + tasks[person], person))
