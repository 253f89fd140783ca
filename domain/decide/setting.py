"""The action `set`: fields of the card, the amount, the contact, and marks on it and on the company."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from domain.conditions import is_filled
from domain.decide.agenda import due_after
from domain.decide.turn import Turn
from domain.durations import Duration
from domain.events import Changed, CompanyMade, CompanySet, Filled
from domain.facts import Company
from domain.opening import child_id

Values = dict[str, JsonValue]
ANSWER = "answer"  # the date given with the answer that sets the rule off


def set_values(turn: Turn, wanted: Values, answered: datetime | None = None) -> None:
    """Sets what the rule says. Marks on a company or contact that the deal does not have are left out."""
    own = {
        name: _value(turn, name, value, answered)
        for name, value in wanted.items()
        if name in turn.definition.fields
    }
    company = _marks(wanted, "company.")
    if company and turn.deal.company and turn.company:
        turn.set_company(turn.deal.company, company)
        turn.by_itself(CompanySet(company=turn.deal.company, fields=company))
    if "contact" in wanted:
        _make_contact(turn, wanted["contact"])
    contact = _marks(wanted, "contact.")
    if contact and turn.deal.contact is not None:
        turn.by_itself(Changed(contact={**turn.deal.contact, **contact}))
    if own:
        turn.by_itself(Filled(fields=own))
    if is_filled(wanted.get("amount")):
        turn.by_itself(Changed(amount=Decimal(str(wanted["amount"]))))


def _make_contact(turn: Turn, parts: JsonValue) -> None:
    """Makes the deal's contact of the card's fields, `{name: contact_name}`; what it says already stays."""
    if not isinstance(parts, dict):
        return
    known = turn.deal.contact or {}
    found = {part: turn.deal.fields.get(str(field)) for part, field in parts.items()}
    new = {
        part: value for part, value in found.items() if is_filled(value) and not is_filled(known.get(part))
    }
    if new:
        turn.by_itself(Changed(contact={**known, **new}))


def make_company(turn: Turn, field: str) -> None:
    """Makes a company of the name in the field, unless the deal has one or nobody gave a name."""
    name = turn.deal.fields.get(field)
    if turn.deal.company or not isinstance(name, str) or not name.strip():
        return
    company = Company(id=child_id(turn.deal_id, "company"), name=name.strip())
    turn.add_company(company)
    turn.by_itself(CompanyMade(company=company.id, name=company.name))


def _marks(wanted: Values, prefix: str) -> Values:
    return {name.removeprefix(prefix): value for name, value in wanted.items() if name.startswith(prefix)}


def _value(turn: Turn, name: str, value: JsonValue, answered: datetime | None) -> JsonValue:
    """The value itself; `{after: 2wd}` is the day, or the moment, so far from now, `answer` that of the answer."""
    dated = turn.definition.fields[name].type in ("date", "datetime")
    if value == ANSWER and dated:
        return spelled(turn, name, answered) if answered else None
    if isinstance(value, dict):
        return spelled(turn, name, due_after(turn, turn.now, Duration.parse(value["after"])))
    return value


def spelled(turn: Turn, name: str, moment: datetime) -> str:
    """The moment as the date field `name` keeps it: a day, or a moment of the organisation's zone."""
    calendar = turn.facts.organisation.calendar
    if turn.definition.fields[name].type == "date":
        return calendar.local_day(moment).isoformat()
    return moment.astimezone(ZoneInfo(calendar.timezone)).isoformat(timespec="seconds")
