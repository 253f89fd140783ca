"""Payment plans at work: watched row by row until they are paid, and paid by hand, by 1C or by the bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from pydantic import JsonValue

from domain import payment_plan as plans
from domain.base import Text
from domain.commands import Pay
from domain.deal import AgendaEntry
from domain.decide import agenda, people
from domain.decide.notices import tell
from domain.decide.turn import Turn
from domain.durations import Duration
from domain.errors import Refused, refuse
from domain.events import AgendaCleared, ControlStarted, Filled, PaymentRecorded, Scheduled

PAYMENT_RECEIVED = "payment.received"
DAILY = Duration.parse("1d")


def plan_of(turn: Turn, field: str) -> plans.Plan:
    """The plan in this field of the card."""
    return plans.read(turn.deal.fields.get(field))


def control(turn: Turn, field: str) -> None:
    """Watches the plan from now on, whatever the stage, also when it is filled later."""
    if field not in turn.deal.controlled:
        turn.by_itself(ControlStarted(field=field))


def replan(turn: Turn) -> None:
    """One entry of the agenda for each unpaid row of a watched plan, at the start of its working day."""
    if turn.deal.status != "open":
        return
    for field in turn.deal.controlled:
        unpaid = {n: row for n, row in enumerate(plan_of(turn, field), 1) if not row.paid}
        entries = [entry for entry in turn.deal.agenda.values() if entry.payment == field]
        gone = tuple(entry.id for entry in entries if entry.row not in unpaid)
        if gone:
            turn.by_itself(AgendaCleared(entries=gone))
        planned = {entry.row: entry.dated for entry in entries}
        for number, row in unpaid.items():
            due = starts(turn, row)
            if due and planned.get(number) != row.date.isoformat():
                _schedule(turn, field, number, row, max(due, turn.now))


def starts(turn: Turn, row: plans.Row) -> datetime | None:
    """When the row's working day starts; None outside the calendar's years."""
    try:
        return turn.facts.organisation.calendar.start_of_working_day(row.date)
    except (ValueError, OverflowError):
        return None


def _schedule(turn: Turn, field: str, number: int, row: plans.Row, due: datetime) -> None:
    entry = AgendaEntry(
        id=f"payment.{field}.{number}",
        due=due,
        base=turn.now,
        what="control",
        visit=turn.deal.visit,
        payment=field,
        row=number,
        keep=True,
        dated=row.date.isoformat(),
    )
    turn.by_itself(Scheduled(entry=entry))


def fire(turn: Turn, entry: AgendaEntry) -> None:
    """The row's day has come: unpaid, it is overdue; responsible and head hear of it now and every day."""
    field, number = entry.payment, entry.row
    plan = plan_of(turn, field or "")
    if field is None or number is None or number > len(plan) or plan[number - 1].paid:
        return
    row = plan[number - 1]
    if not row.overdue:
        late = (*plan[: number - 1], replace(row, overdue=True), *plan[number:])
        turn.by_itself(Filled(fields={field: plans.write(late)}))
    amount = plans.amounts(plan, turn.deal.amount)[number - 1]
    sum_ru, sum_en = (f", {amount} ₽", f", RUB {amount}") if amount is not None else ("", "")
    text = Text(
        ru=f"Не оплачено по графику: строка {number}, {_percent(row)} %{sum_ru}, {row.date:%d.%m.%Y}, «{{deal}}».",
        en=f"Not paid as planned: row {number}, {_percent(row)} %{sum_en}, {row.date:%Y-%m-%d}, “{{deal}}”.",
    )
    tell(turn, people.resolve(turn, ("responsible", "head")), "control", text)
    _schedule(turn, field, number, row, agenda.next_repeat(turn, entry.due, DAILY))


def _percent(row: plans.Row) -> str:
    return format(row.percent.normalize(), "f")


def pay(turn: Turn, command: Pay) -> None:
    """A person records a payment: one row in full, or an amount for the first unpaid rows."""
    field = _field(turn)
    if (command.row is None) == (command.amount is None):
        raise _invalid("номер строки или сумма", "a row's number or an amount", "amount")
    if command.row is not None:
        _pay_row(turn, field, command.row)
    elif command.amount is not None:
        _pay_amount(turn, field, command.amount)


def _pay_row(turn: Turn, field: str, number: int) -> None:
    plan = plan_of(turn, field)
    if not 1 <= number <= len(plan):
        raise refuse(
            "unknown_row",
            f"В графике нет строки {number}: всего {len(plan)}.",
            f"The plan has no row {number}: it has {len(plan)}.",
            stage=turn.deal.stage,
        )
    if plan[number - 1].paid:
        raise _already_paid(turn)
    paid = plans.pay_row(plan, number - 1, turn.deal.amount)
    _record(turn, field, paid, [number - 1], paid[number - 1].amount)


def _pay_amount(turn: Turn, field: str, amount: Decimal) -> None:
    plan, total = plan_of(turn, field), turn.deal.amount
    if not 0 < amount < plans.MOST_MONEY or amount != amount.quantize(Decimal("0.01")):
        raise _invalid("сумма больше нуля, до копейки", "an amount above zero, to the kopeck", "amount")
    if all(row.paid for row in plan):
        raise _already_paid(turn)
    if any(amount_of is None for amount_of in plans.amounts(plan, total)):
        raise refuse(
            "missing_fields",
            "Укажите сумму сделки: без неё график не разделить.",
            "Give the deal its amount first: the plan's rows depend on it.",
            missing=("amount",),
            stage=turn.deal.stage,
        )
    paid, rows, left = plans.pay_amount(plan, amount, total)
    if left:
        owed = plans.outstanding(plan, total)
        raise _invalid(f"не больше остатка {owed}", f"no more than what is owed, {owed}", "amount")
    _record(turn, field, paid, rows, amount)


def _record(turn: Turn, field: str, plan: plans.Plan, rows: list[int], amount: Decimal | None) -> None:
    numbers = tuple(row + 1 for row in rows)
    turn.emit(PaymentRecorded(field=field, rows=numbers, amount=amount))
    turn.emit(Filled(fields={field: plans.write(plan)}))


def received(turn: Turn, detail: dict[str, JsonValue]) -> None:
    """Word of a payment does what a person's command does; one that fits no row is left to the responsible."""
    row, amount = detail.get("row"), detail.get("amount")
    try:
        if row is not None:
            _pay_row(turn, _field(turn), int(str(row)))
        else:
            _pay_amount(turn, _field(turn), Decimal(str(amount)))
    except (Refused, ValueError, InvalidOperation):
        text = Text(
            ru="Пришла оплата по сделке «{deal}», её не удалось отнести к графику. Отметьте её вручную.",
            en="A payment for the deal “{deal}” came that fits no row of the plan. Record it by hand.",
        )
        tell(turn, people.resolve(turn, ("responsible",)), "info", text)
        return
    text = Text(ru="По сделке «{deal}» пришла оплата.", en="A payment for the deal “{deal}” has come.")
    tell(turn, people.resolve(turn, ("responsible",)), "info", text)


def _field(turn: Turn) -> str:
    """The field of the plan that is paid: the first that is filled."""
    fields = [name for name, spec in turn.definition.fields.items() if spec.type == "payment_plan"]
    filled = next((name for name in fields if turn.deal.fields.get(name)), None)
    if filled is None:
        raise refuse(
            "missing_fields" if fields else "nothing_to_do",
            "В сделке нет графика оплаты.",
            "The deal has no payment plan.",
            missing=tuple(fields[:1]),
            stage=turn.deal.stage,
        )
    return filled


def _already_paid(turn: Turn) -> Refused:
    return refuse("already_paid", "Это уже оплачено.", "This is paid already.", stage=turn.deal.stage)


def _invalid(ru: str, en: str, name: str) -> Refused:
    return refuse("invalid_value", f"Оплата: нужно {ru}.", f"A payment takes {en}.", missing=(name,))
