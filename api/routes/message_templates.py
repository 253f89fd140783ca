"""Message templates of all pipelines, and what one of them would say: with invented data, or of a chosen deal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Deps, Reading, World
from api.errors import ProblemError, not_found, unknown_deal
from api.recipient_words import recipient_words
from api.replies import READ, problem_responses
from domain.base import Strict, Text
from domain.deal import Deal
from domain.definition import MessageTemplate, Pipeline
from domain.facts import Organisation
from domain.message_text import About
from domain.placeholders import fill, named
from store import queries

router = APIRouter(prefix="/api/message-templates", tags=["messages"])
_DEAL = Text(ru="Заказ № 17", en="Order 17")
_COMPANY = Text(ru="ООО «Ромашка»", en="Daisy Ltd")
_LATER = {"review_link": Text(ru="[ссылка для отзыва]", en="[the link for a review]")}
Named = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")]


class Attached(Strict):
    """A file field that travels along; `files`: the names of what a chosen deal has in it."""

    field: str
    title: Text
    files: tuple[str, ...] = ()


class Template(Strict):
    """A template as it stands in the current version of its pipeline. Without a stage it is the whole pipeline's.

    `names`: the placeholders that subject and text hold.
    """

    id: str
    pipeline: str
    pipeline_title: Text
    stage: str | None
    stage_title: Text | None
    title: Text
    to: str
    to_title: Text
    subject: Text
    text: Text
    names: tuple[str, ...]
    attach: tuple[Attached, ...]


class Filled(Strict):
    """What would be sent. `deal`: whose data it is; null: invented."""

    deal: str | None
    subject: Text
    text: Text
    attach: tuple[Attached, ...]


@router.get("", responses=problem_responses(401, 503))
async def list_templates(_: Reading, deps: World) -> dict[str, list[Template]]:
    """Шаблоны сообщений · Templates of all pipelines, in the pipelines' order."""
    async with deps.engine.connect() as connection:
        organisation, _version = await queries.load_organisation(connection)
        current = await queries.list_pipelines(connection)
        found = [await deps.definitions.get(one.hash, connection) for one in current]
    return {"items": [one for pipeline in found for one in _templates(pipeline, organisation)]}


@router.get("/{pipeline}/{message}", responses=READ)
async def preview(
    pipeline: str,
    message: str,
    caller: Reading,
    deps: World,
    stage: Annotated[Named, Query(description="Of several messages with this id: the stage's")] = None,
    deal: Annotated[Named, Query(description="By default: invented data, and you as the responsible")] = None,
) -> Filled:
    """Как это будет выглядеть · What the message would say."""
    if deal is not None:
        return await _of_deal(deps, deal, pipeline, message, stage)
    async with deps.engine.connect() as connection:
        current = await queries.list_pipelines(connection)
        hash = next((one.hash for one in current if one.pipeline == pipeline), None)
        if hash is None:
            raise _unknown(message)
        definition = await deps.definitions.get(hash, connection)
    where, template = _find(definition, message, stage)
    shown = definition.stages[where or definition.first_stage].title
    return _filled(definition, template, About(_DEAL, shown, _COMPANY, caller), None)


async def _of_deal(deps: Deps, deal_id: str, pipeline: str, message: str, stage: str | None) -> Filled:
    """The message of the deal's own version, with the deal's data, at the stage it is sent from."""
    async with deps.engine.connect() as connection:
        found = await queries.deal_card(connection, deal_id)
        if found is None or found.deal.pipeline != pipeline:
            raise unknown_deal(deal_id)
        definition = await deps.definitions.get(found.definition, connection)
        manager = await queries.employee(connection, found.deal.responsible)
    where, template = _find(definition, message, stage)
    about = About(
        deal=Text.same(found.deal.title),
        stage=definition.stages[where or found.deal.stage].title,
        company=Text.same(found.company.name if found.company else ""),
        manager=manager,
    )
    return _filled(definition, template, about, found.deal)


def _templates(pipeline: Pipeline, organisation: Organisation) -> Iterator[Template]:
    for stage, id, template in pipeline.templates():
        yield Template(
            id=id,
            pipeline=pipeline.pipeline,
            pipeline_title=pipeline.title,
            stage=stage,
            stage_title=pipeline.stages[stage].title if stage else None,
            title=template.title,
            to=template.to,
            to_title=recipient_words(template.to, pipeline, organisation),
            subject=template.subject,
            text=template.text,
            names=tuple(sorted({*named(template.subject.ru), *named(template.text.ru)})),
            attach=_attached(pipeline, template, None),
        )


def _find(pipeline: Pipeline, message: str, stage: str | None) -> tuple[str | None, MessageTemplate]:
    """The template and its stage; raises the problem of an unknown one."""
    for name, id, template in pipeline.templates():
        if id == message and stage in (None, name):
            return name, template
    raise _unknown(message)


def _filled(pipeline: Pipeline, template: MessageTemplate, about: About, deal: Deal | None) -> Filled:
    return Filled(
        deal=deal.id if deal else None,
        subject=_later(about.fill(template.subject)),
        text=_later(about.fill(template.text)),
        attach=_attached(pipeline, template, deal),
    )


def _later(text: Text) -> Text:
    """What is known only when the message leaves, in words."""
    ru = {name: said.ru for name, said in _LATER.items()}
    en = {name: said.en for name, said in _LATER.items()}
    return Text(ru=fill(text.ru, ru), en=fill(text.en, en))


def _attached(pipeline: Pipeline, template: MessageTemplate, deal: Deal | None) -> tuple[Attached, ...]:
    return tuple(
        Attached(
            field=name,
            title=pipeline.fields[name].title,
            files=_names(deal.fields.get(name)) if deal else (),
        )
        for name in template.attach
    )


def _names(value: object) -> tuple[str, ...]:
    """Names of the files that a field holds: one, or a list."""
    listed = value if isinstance(value, list) else [value]
    return tuple(str(one["name"]) for one in listed if isinstance(one, dict) and one.get("name"))


def _unknown(message: str) -> ProblemError:
    return not_found("unknown_message", f"Шаблона «{message}» нет.", f"There is no template “{message}”.")
