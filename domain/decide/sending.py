"""Messages to the client and to people by e-mail: templates of the stage or of the whole pipeline, filled in."""

from __future__ import annotations

from pydantic import JsonValue

from domain.base import Text
from domain.commands import SendMessage
from domain.decide import people
from domain.decide.reading import missing_of
from domain.decide.requirements import Lacking, refusal_for
from domain.decide.turn import Turn
from domain.definition import MessageTemplate
from domain.errors import refuse
from domain.events import SYSTEM, EffectPlanned
from domain.facts import Employee
from domain.message_text import About

CLIENT = "client"


def send(turn: Turn, command: SendMessage) -> None:
    """Sends one of the stage's or the pipeline's messages by one click; its attachments must be there."""
    template = _template(turn, command.message)
    if template is None:
        raise refuse(
            "unknown_message",
            f"На этой стадии нет сообщения «{command.message}».",
            f"This stage has no message “{command.message}”.",
            stage=turn.deal.stage,
            allowed=(*turn.stage.messages, *turn.definition.messages),
        )
    missing = missing_of(turn, template.attach)
    if missing:
        raise refusal_for(turn, Lacking(tuple(missing), ()))
    _plan(turn, command.message, template, by=turn.by)


def send_by_itself(turn: Turn, name: str) -> None:
    """Sends a message that a rule names, with those of its attachments that are there."""
    if template := _template(turn, name):
        _plan(turn, name, template, by=SYSTEM)


def _template(turn: Turn, name: str) -> MessageTemplate | None:
    return turn.stage.messages.get(name) or turn.definition.messages.get(name)


def _plan(turn: Turn, name: str, template: MessageTemplate, by: str) -> None:
    attached = [turn.deal.fields[field] for field in template.attach if turn.deal.fields.get(field)]
    about = _about(turn)
    said: dict[str, JsonValue] = {
        "subject": about.fill(template.subject).model_dump(),
        "text": about.fill(template.text).model_dump(),
        "attachments": attached,
    }
    for address in _addresses(turn, template.to):
        key = f"{turn.deal_id}/{turn.deal.seq + 1}/1"
        turn.emit(EffectPlanned(key=key, kind="message", name=name, detail={**address, **said}), by=by)


def _addresses(turn: Turn, to: str) -> list[dict[str, JsonValue]]:
    """Whom the message goes to: the client, or each person behind the recipient, by e-mail where they have one."""
    if to == CLIENT:
        return [{"to": CLIENT}]
    return [_address(turn.facts.organisation.employees[one]) for one in people.resolve(turn, (to,))]


def _address(employee: Employee) -> dict[str, JsonValue]:
    return {"to": employee.id, "channel": "email"} if employee.email else {"to": employee.id}


def _about(turn: Turn) -> About:
    return About(
        deal=Text.same(turn.deal.title),
        stage=turn.stage.title,
        company=Text.same(turn.company.name if turn.company else ""),
        manager=turn.facts.organisation.employees.get(turn.deal.responsible),
    )
