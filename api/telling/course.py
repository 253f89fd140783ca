"""The deal itself in words: opened, filled, moved, claimed, merged, and what it waits for."""

from __future__ import annotations

from api.telling.teller import Teller, joined
from domain import events as ev
from domain.base import Text


def course(teller: Teller, event: ev.Event) -> Text | None:
    """The sentence of an event about the deal's course; None for any other."""
    match event:
        case ev.Opened():
            return Text(ru="Сделка открыта", en="The deal was opened")
        case ev.Moved():
            return _moved(teller, event)
        case ev.Reopened():
            stage = teller.stage(event.stage)
            return Text(ru=f"Сделка открыта снова: «{stage.ru}»", en=f"The deal was reopened: “{stage.en}”")
        case ev.MoveUndone():
            stage = teller.stage(event.stage)
            return Text(
                ru=f"Переход отменён: снова «{stage.ru}»", en=f"The move was undone: back at “{stage.en}”"
            )
        case ev.MoveBlocked():
            return _blocked(teller, event)
        case ev.MoveDropped():
            stage = teller.stage(event.to)
            return Text(
                ru=f"Переход на «{stage.ru}» больше не нужен",
                en=f"The move to “{stage.en}” is needed no more",
            )
        case ev.Merged():
            return Text(
                ru=f"Объединена со сделкой «{event.title}»", en=f"Merged into the deal “{event.title}”"
            )
        case ev.DuplicateFound():
            return Text(
                ru=f"Похоже на сделку «{event.title}»: те же контакты",
                en=f"Looks like the deal “{event.title}”: the same contacts",
            )
        case ev.DealPlanned():
            return Text(ru="Открывается связанная сделка", en="A linked deal is being opened")
        case ev.ChildEnded():
            return _child_ended(event)
        case ev.AttentionNeeded():
            why = event.text or Text.same(event.cause)
            return Text(ru=f"Нужно внимание: {why.ru}", en=f"Needs attention: {why.en}")
        case ev.AttentionCleared(only=str()):  # which one, the line after this says
            return Text(ru="Повторяется одно действие", en="One action is tried again")
        case ev.AttentionCleared():
            return Text(ru="Попытка повторена", en="Tried again")
        case _:
            return _head(teller, event) or _claim(teller, event)


def _moved(teller: Teller, event: ev.Moved) -> Text:
    to, before = teller.stage(event.stage), teller.stage(event.previous)
    reason = teller.reason(event.stage, event.reason) if event.reason else None
    why = joined(reason, Text.same(event.comment) if event.comment else None, by=". ")
    tail = Text(ru=f". {why.ru}", en=f". {why.en}") if why.ru else Text.same("")
    by_itself = Text(ru="Автоматически: ", en="By itself: ") if event.auto else Text.same("")
    return Text(
        ru=f"{by_itself.ru}«{before.ru}» → «{to.ru}»{tail.ru}",
        en=f"{by_itself.en}“{before.en}” → “{to.en}”{tail.en}",
    )


def _blocked(teller: Teller, event: ev.MoveBlocked) -> Text:
    to, missing = teller.stage(event.to), teller.fields(event.missing)
    lack = (
        Text(ru=f": не хватает {missing.ru}", en=f": {missing.en} missing")
        if event.missing
        else Text.same("")
    )
    return Text(
        ru=f"Переход на «{to.ru}» ждёт{lack.ru}",
        en=f"The move to “{to.en}” waits{lack.en}",
    )


def _child_ended(event: ev.ChildEnded) -> Text:
    if event.result.status == "won":
        return Text(ru="Связанная сделка завершена успешно", en="The linked deal was won")
    return Text(ru="Связанная сделка закончилась неудачей", en="The linked deal was lost")


def _head(teller: Teller, event: ev.Event) -> Text | None:
    """Fields, the card's head, the company."""
    match event:
        case ev.Filled(fields=fields):
            names = teller.fields(fields)
            return Text(ru=f"Заполнено: {names.ru}", en=f"Filled in: {names.en}")
        case ev.Changed():
            return _changed(teller, event)
        case ev.CompanySet(fields=fields):
            signed = fields.get("contract_signed")
            if signed is not None:
                return (
                    Text(ru="Клиент: договор заключён", en="Client: the contract is signed")
                    if signed
                    else Text(ru="Клиент: договор не заключён", en="Client: there is no signed contract")
                )
            return Text(ru="Изменены данные компании", en="The company's data changed")
        case ev.CompanyMade(name=name):
            return Text(ru=f"Создана компания «{name}»", en=f"The company “{name}” was made")
        case ev.PaymentRecorded(amount=amount, rows=rows):
            sum_ = f" {amount} ₽" if amount is not None else ""
            listed = ", ".join(map(str, rows))
            return Text(
                ru=f"Поступила оплата{sum_}, строки {listed}", en=f"A payment{sum_} came, rows {listed}"
            )
        case _:
            return None


def _changed(teller: Teller, event: ev.Changed) -> Text:
    parts: list[Text] = []
    if event.responsible:
        name = teller.person(event.responsible)
        parts.append(Text(ru=f"ответственный — {name}", en=f"responsible: {name}"))
    if event.title:
        parts.append(Text(ru=f"название — «{event.title}»", en=f"title: “{event.title}”"))
    if event.amount is not None:
        parts.append(Text(ru=f"сумма — {event.amount} ₽", en=f"amount: {event.amount} ₽"))
    if event.company:
        parts.append(Text(ru="компания", en="company"))
    if event.contact:
        parts.append(Text(ru="контакт", en="contact"))
    what = joined(*parts, by=", ")
    return Text(ru=f"Изменено: {what.ru}", en=f"Changed: {what.en}")


def _claim(teller: Teller, event: ev.Event) -> Text | None:
    match event:
        case ev.ClaimOffered(asked=asked):
            names = teller.people(asked)
            return Text(
                ru=f"Кто возьмёт заявку? Спросили: {names}", en=f"Who takes the request? Asked: {names}"
            )
        case ev.Claimed():
            return Text(ru="Взял(а) заявку в работу", en="Took the request")
        case ev.ClaimDeclined(reason=reason):
            return Text(ru=f"Не берёт заявку: {reason}", en=f"Does not take the request: {reason}")
        case ev.ClaimUnanswered():
            return Text(ru="Заявку никто не взял", en="Nobody took the request")
        case _:
            return None
