"""Durations and conditions of definitions as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pydantic import JsonValue

from api.recipient_words import recipient_words
from domain.approval.naming import called
from domain.base import Text
from domain.conditions import All, AnyOf, Condition, Not, Test
from domain.definition import Pipeline
from domain.durations import Duration, Unit
from domain.facts import Organisation

_NO_BREAK = "\N{NO-BREAK SPACE}"
_UNITS: Mapping[Unit, tuple[tuple[str, str, str], str]] = {
    Unit.MINUTES: (("минуту", "минуты", "минут"), "minute"),
    Unit.HOURS: (("час", "часа", "часов"), "hour"),
    Unit.DAYS: (("день", "дня", "дней"), "day"),
    Unit.WEEKS: (("неделю", "недели", "недель"), "week"),
    Unit.WORKING_MINUTES: (("рабочую минуту", "рабочие минуты", "рабочих минут"), "working minute"),
    Unit.WORKING_HOURS: (("рабочий час", "рабочих часа", "рабочих часов"), "working hour"),
    Unit.WORKING_DAYS: (("рабочий день", "рабочих дня", "рабочих дней"), "working day"),
}
_COMPARED = {
    "ne": ("не ", "not "), "gt": ("больше ", "more than "), "ge": ("не меньше ", "at least "),
    "lt": ("меньше ", "less than "), "le": ("не больше ", "at most "),
}  # fmt: skip
_HEAD = {
    "amount": Text(ru="сумма", en="amount"),
    "client": Text(ru="клиент", en="the client"),
    "company": Text(ru="компания", en="company"),
    "company.contract_signed": Text(ru="договор с клиентом", en="the contract with the client"),
    "company.inn": Text(ru="ИНН компании", en="the company's INN"),
    "company.no_deal": Text(ru="отметка компании «без сделки»", en="the company's mark “no deal”"),
    "contact": Text(ru="контакт", en="contact"),
    "contact.no_deal": Text(ru="отметка контакта «без сделки»", en="the contact's mark “no deal”"),
    "parent": Text(ru="сделка, из которой открыта эта", en="the deal this one came from"),
    "source": Text(ru="источник", en="source"),
    "title": Text(ru="название", en="title"),
}
_STATUS = {
    "finished": Text(ru="завершена", en="finished"),
    "open": Text(ru="открыта", en="open"),
    "cancelled": Text(ru="отменена", en="cancelled"),
}
_COUNTED = {  # what is counted of a task
    "open": Text(ru="открытых задач", en="number of open tasks"),
    "unticked": Text(ru="не отмечено пунктов в задаче", en="number of unticked items in the task"),
}
_SOURCES = {
    "call": Text(ru="звонок", en="a call"),
    "site": Text(ru="форма на сайте", en="the form on the site"),
}
APPROVAL_STATES = {
    "pending": Text(ru="идёт", en="under way"),
    "approved": Text(ru="согласовано", en="approved"),
    "rejected": Text(ru="отклонено", en="rejected"),
    "withdrawn": Text(ru="отозвано", en="withdrawn"),
}


@dataclass(frozen=True)
class Words:
    """Words for one pipeline of one organisation."""

    pipeline: Pipeline
    organisation: Organisation

    def whom(self, *recipients: str) -> Text:
        """Recipients, separated by commas."""
        said = [recipient_words(one, self.pipeline, self.organisation) for one in recipients]
        return Text(ru=", ".join(one.ru for one in said), en=", ".join(one.en for one in said))

    def fields(self, names: tuple[str, ...]) -> list[Text]:
        """Titles of fields, as requirements name them."""
        return [self.path(name) for name in names]

    def path(self, path: str) -> Text:
        """What a condition or a requirement reads."""
        if path in self.pipeline.fields:
            return self.pipeline.fields[path].title
        if path in _HEAD:
            return _HEAD[path]
        kind, _, rest = path.partition(".")
        name, _, attribute = rest.partition(".")
        if kind == "task" and (rule := self.pipeline.task_rule(name)):
            of = _COUNTED.get(attribute, Text(ru="задача", en="the task"))
            return Text(ru=f"{of.ru} «{rule.title.ru}»", en=f"{of.en} “{rule.title.en}”")
        if kind == "assignment" and (asked := self.pipeline.assignment_rule(name)):
            return Text(ru=f"поручение «{asked.title.ru}»", en=f"the assignment “{asked.title.en}”")
        if kind == "approval" and (title := self.approval(name)):
            return called(title, "согласование", "the approval")
        return Text(ru=f"«{path}»", en=f"“{path}”")

    def approval(self, key: str) -> Text | None:
        """What the approval is called; None where no rule starts one of this key."""
        rules = [rule.approve for _, found in self.pipeline.rule_sets() for rule in found if rule.approve]
        return next((rule.title for rule in rules if rule.id == key), None)

    def condition(self, condition: Condition) -> Text:
        """The condition as a part of a sentence."""
        match condition:
            case Test():
                return self._test(condition)
            case All():
                return self._joined(condition.all, " и ", " and ")
            case AnyOf():
                return self._joined(condition.any, " или ", " or ")
            case Not():
                inner = self.condition(condition.negated)
                return Text(ru=f"неверно, что {inner.ru}", en=f"it is not so that {inner.en}")

    def _joined(self, parts: tuple[Condition, ...], ru: str, en: str) -> Text:
        said = [self.condition(part) for part in parts]
        return Text(ru=ru.join(one.ru for one in said), en=en.join(one.en for one in said))

    def _test(self, test: Test) -> Text:
        subject = self.path(test.path)
        if test.op == "filled":
            wanted = bool(test.value)
            return Text(
                ru=f"{subject.ru}: {'заполнено' if wanted else 'не заполнено'}",
                en=f"{subject.en} is {'filled in' if wanted else 'empty'}",
            )
        if test.op == "in" and isinstance(test.value, list):
            values = [self._value(test.path, value) for value in test.value]
            return Text(
                ru=f"{subject.ru}: {' или '.join(value.ru for value in values)}",
                en=f"{subject.en} is {' or '.join(value.en for value in values)}",
            )
        value = self._value(test.path, test.value)
        if test.op == "contains":
            return Text(ru=f"{subject.ru} содержит «{value.ru}»", en=f"{subject.en} contains “{value.en}”")
        if test.op == "eq":
            return Text(ru=f"{subject.ru}: {value.ru}", en=f"{subject.en}: {value.en}")
        ru, en = _COMPARED.get(test.op, ("", ""))
        return Text(ru=f"{subject.ru} {ru}{value.ru}", en=f"{subject.en} is {en}{value.en}")

    def _value(self, path: str, value: JsonValue) -> Text:
        if isinstance(value, bool):
            return Text(ru="да", en="yes") if value else Text(ru="нет", en="no")
        kind, _, rest = path.partition(".")
        name, _, part = rest.partition(".")
        text = str(value)
        if kind == "task" and part == "status":
            return _STATUS.get(text) or Text.same(text)
        rule = self.pipeline.task_rule(name) if kind == "task" else None
        if rule and part == "outcome" and text in rule.outcomes and (title := rule.outcomes[text].title):
            return title
        if kind == "approval" and part == "status":
            return APPROVAL_STATES.get(text) or Text.same(text)
        spec = self.pipeline.fields.get(path)
        if spec and text in spec.options:
            return spec.options[text]
        if path == "source":
            return _SOURCES.get(text) or Text(ru=f"«{text}»", en=f"“{text}”")
        if path == "amount" or (spec and spec.type == "money"):
            return _money(text)
        return Text.same(text)


def _money(amount: str) -> Text:
    """`150000` is «150 000 ₽»."""
    grouped = f"{Decimal(amount):,} ₽"
    return Text(ru=grouped.replace(",", " ").replace(" ", _NO_BREAK), en=grouped.replace(" ", _NO_BREAK))


def duration(length: Duration) -> Text:
    """`2wd` is «2 рабочих дня»; in the accusative, as after «через»."""
    (one, few, many), english = _UNITS[length.unit]
    last, last_two = length.amount % 10, length.amount % 100
    noun = many if 11 <= last_two <= 14 else one if last == 1 else few if 2 <= last <= 4 else many
    plural = "" if length.amount == 1 else "s"
    return Text(ru=f"{length.amount} {noun}", en=f"{length.amount} {english}{plural}")


def repeated(length: Duration) -> Text:
    """`1wd` is «каждый рабочий день», `2wd` «каждые 2 рабочих дня»."""
    if length.amount > 1:
        said = duration(length)
        return Text(ru=f"каждые {said.ru}", en=f"every {said.en}")
    (one, _, _), english = _UNITS[length.unit]
    each = "каждую" if one.endswith(("у", "ю")) else "каждый"
    return Text(ru=f"{each} {one}", en=f"every {english}")
