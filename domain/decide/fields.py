"""Filling the card: each value checked against its field before anything is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite

from pydantic import JsonValue

from domain import payment_plan as plans
from domain.base import Text
from domain.commands import Fill
from domain.decide import titles
from domain.decide.notices import tell
from domain.decide.people import must_work_here
from domain.decide.turn import Turn
from domain.definition import FieldSpec
from domain.documents.invoice import write_lines
from domain.errors import Refused, refuse
from domain.events import Changed, CompanySet, Filled

LONGEST_TEXT = 20_000


def fill(turn: Turn, command: Fill) -> None:
    """Changes card, head and company in one go, or nothing at all."""
    fill_fields(turn, command.fields)
    _change_head(turn, command)
    _fill_company(turn, command.company_fields)


def fill_fields(turn: Turn, values: dict[str, JsonValue]) -> None:
    """Sets fields of the card; raises Refused for unknown names and impossible values."""
    checked = normalise(turn, values)
    changed = {name: value for name, value in checked.items() if turn.deal.fields.get(name) != value}
    if changed:
        turn.emit(Filled(fields=changed))


def normalise(turn: Turn, values: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The values in the form the card keeps; None empties a field."""
    specs = turn.definition.fields
    unknown = [name for name in values if name not in specs]
    if unknown:
        raise refuse(
            "unknown_field",
            f"В воронке нет полей: {', '.join(unknown)}.",
            f"The pipeline has no fields: {', '.join(unknown)}.",
            missing=tuple(unknown),
            allowed=tuple(specs),
        )
    return {name: _value(turn, name, specs[name], value) for name, value in values.items()}


def _value(turn: Turn, name: str, spec: FieldSpec, value: JsonValue) -> JsonValue:
    if value is None or value in ("", []):
        return None
    match spec.type:
        case "file":
            return file_value(turn, value)
        case "files":
            return [file_value(turn, item) for item in (value if isinstance(value, list) else [value])]
        case "payment_plan":
            return _payment_plan(turn, name, spec, value)
        case "lines":
            return _lines(name, spec, value)
        case "employee":
            must_work_here(turn, str(value))
            return str(value)
        case "choice":
            value = next((one for one in spec.options if one.casefold() == str(value).casefold()), value)
            if not isinstance(value, str) or value not in spec.options:
                raise _invalid(
                    name, spec, f"одно из: {', '.join(spec.options)}", f"one of: {', '.join(spec.options)}"
                )
            return value
        case _:
            return _plain(name, spec, value)


def _payment_plan(turn: Turn, name: str, spec: FieldSpec, value: JsonValue) -> JsonValue:
    before = plans.read(turn.deal.fields.get(name)) if turn.exists else ()
    calendar = turn.facts.organisation.calendar
    try:
        plan = plans.parse(value, before)
        for row in plan:
            calendar.start_of_working_day(row.date)  # ValueError, OverflowError outside the calendar's years
        return plans.write(plan)
    except (ValueError, TypeError, ArithmeticError):
        raise _invalid(
            name,
            spec,
            "строки {percent, date}, вместе ровно 100 %",
            "rows {percent, date} that add up to exactly 100 %",
        ) from None


def _lines(name: str, spec: FieldSpec, value: JsonValue) -> JsonValue:
    try:
        return write_lines(value)
    except ValueError:
        raise _invalid(
            name,
            spec,
            "строки {title, quantity, unit, price, vat}; количество больше нуля, цена не меньше нуля",
            "lines {title, quantity, unit, price, vat}; a quantity above zero, a price not below zero",
        ) from None


def _plain(name: str, spec: FieldSpec, value: JsonValue) -> JsonValue:
    checks: dict[str, tuple[Callable[[JsonValue], JsonValue], str, str]] = {
        "text": (_text, "текст до 20 000 знаков", "text of at most 20,000 characters"),
        "bool": (_bool, "да или нет (true или false)", "true or false"),
        "number": (_number, "число", "a number"),
        "money": (_money, "сумма не меньше нуля", "an amount not below zero"),
        "date": (_date, "дата вида 2026-11-23", "a date such as 2026-11-23"),
        "datetime": (
            _datetime,
            "дата и время вида 2026-11-23T10:00",
            "a date and time such as 2026-11-23T10:00",
        ),
    }
    check, ru, en = checks[spec.type]
    try:
        return check(value)
    except (ValueError, TypeError, ArithmeticError):
        raise _invalid(name, spec, ru, en) from None


def _invalid(name: str, spec: FieldSpec, ru: str, en: str) -> Refused:
    return refuse(
        "invalid_value",
        f"Поле «{spec.title.ru}»: нужно {ru}.",
        f"The field “{spec.title.en}” takes {en}.",
        missing=(name,),
    )


def _text(value: JsonValue) -> JsonValue:
    if not isinstance(value, str | int | float) or isinstance(value, bool) or len(str(value)) > LONGEST_TEXT:
        raise ValueError("not a text")
    return str(value)


def _bool(value: JsonValue) -> JsonValue:
    if not isinstance(value, bool):
        raise ValueError("not a yes or no")
    return value


def _number(value: JsonValue) -> JsonValue:
    number = value if isinstance(value, int | float) else float(str(value))
    if isinstance(value, bool) or not isfinite(number):
        raise ValueError("not a number")
    return number


def _money(value: JsonValue) -> JsonValue:
    amount = Decimal(str(value))
    if isinstance(value, bool) or not amount.is_finite() or amount < 0 or amount >= Decimal(10) ** 15:
        raise ValueError("not an amount")
    return str(amount.quantize(Decimal("0.01")))


def _date(value: JsonValue) -> JsonValue:
    return date.fromisoformat(str(value)).isoformat()


def _datetime(value: JsonValue) -> JsonValue:
    """A moment; a date alone stays one, and means the working day."""
    try:
        return _date(value)
    except ValueError:
        return datetime.fromisoformat(str(value)).isoformat()


def file_value(turn: Turn, value: JsonValue) -> JsonValue:
    """A stored file as the card carries it; takes its id, or the value itself if it is another deal's."""
    file_id = value.get("id") if isinstance(value, dict) else value
    known = turn.facts.files.get(str(file_id))
    if known is None:
        raise refuse(
            "unknown_file",
            f"Файл {file_id} не загружен. Сначала загрузите его.",
            f"The file {file_id} is not uploaded. Upload it first.",
        )
    return {"id": known.id, "name": known.name}


def check_amount(amount: Decimal | None) -> Decimal | None:
    """The amount in kopecks' precision; raises Refused for a negative or impossible one."""
    if amount is None:
        return None
    try:
        return Decimal(str(_money(str(amount))))
    except (ValueError, InvalidOperation):
        raise refuse(
            "invalid_value",
            "Сумма: нужно число не меньше нуля.",
            "The amount takes a number not below zero.",
            missing=("amount",),
        ) from None


def check_company(turn: Turn, company: str | None) -> str | None:
    """The company's id, refused when there is no such company."""
    if company is not None and not turn.knows_company(company):
        raise refuse(
            "unknown_company",
            f"Компании {company} нет. Сначала создайте её.",
            f"There is no company {company}. Create it first.",
        )
    return company


def _change_head(turn: Turn, command: Fill) -> None:
    deal = turn.deal
    if command.responsible is not None:
        must_work_here(turn, command.responsible)
    wanted = {
        "title": titles.check_title(command.title),
        "responsible": command.responsible,
        "amount": check_amount(command.amount),
        "company": check_company(turn, command.company),
        "contact": command.contact,
    }
    changes = {
        name: value for name, value in wanted.items() if value is not None and value != getattr(deal, name)
    }
    if not changes:
        return
    turn.emit(Changed.model_validate(changes))
    if "responsible" in changes:
        text = Text(
            ru="Вы теперь отвечаете за сделку «{deal}».", en="You are now responsible for the deal “{deal}”."
        )
        tell(turn, [turn.deal.responsible], "info", text)


def _fill_company(turn: Turn, values: dict[str, JsonValue]) -> None:
    if not values:
        return
    company = turn.deal.company
    if company is None or not turn.knows_company(company):
        raise refuse(
            "unknown_company",
            "У сделки нет компании. Сначала укажите её.",
            "The deal has no company. Give it one first.",
            missing=("company",),
        )
    turn.set_company(company, values)
    turn.emit(CompanySet(company=company, fields=values))
