"""One rule in words: when it acts, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.describing.words import Words, duration, repeated
from domain.approval.naming import called
from domain.base import Text
from domain.definition import Pipeline, Rule

_TITLES = Mapping[str, Text]


@dataclass(frozen=True)
class Said:
    """A rule in words. `to`: the stage it moves the deal to; `opens`: the pipeline of the deal it opens."""

    when: Text | None
    what: Text
    to: str | None = None
    opens: str | None = None


class RuleWords:
    """Words for the rules of one pipeline; `titles`: of all pipelines, by id."""

    def __init__(self, pipeline: Pipeline, words: Words, titles: _TITLES) -> None:
        self._pipeline, self._words, self._titles = pipeline, words, titles

    def title(self, pipeline: str) -> Text:
        """What the pipeline is called."""
        return self._titles.get(pipeline) or Text.same(pipeline)

    def say(self, rule: Rule) -> Said:
        """The rule."""
        (action,) = rule.actions()
        said: Callable[[Any], Text] = getattr(self, f"_{action}", self._other)
        return Said(
            when=self._when(rule),
            what=said(getattr(rule, action)),
            to=rule.move.to if rule.move else None,
            opens=rule.open.pipeline if rule.open else None,
        )

    def _when(self, rule: Rule) -> Text | None:
        """When it acts; None: at once, and always."""
        parts: list[Text] = []
        if rule.at:
            field = self._words.path(rule.at)
            before = duration(rule.before) if rule.before else None
            parts.append(
                Text(ru=f"за {before.ru} до: {field.ru}", en=f"{before.en} before: {field.en}")
                if before
                else Text(ru=f"в срок: {field.ru}", en=f"at: {field.en}")
            )
        if rule.after:
            length = duration(rule.after)
            parts.append(Text(ru=f"через {length.ru}", en=f"after {length.en}"))
        if rule.every:
            parts.append(repeated(rule.every))
        if rule.when:
            condition = self._words.condition(rule.when)
            parts.append(Text(ru=f"если {condition.ru}", en=f"if {condition.en}"))
        if not parts:
            return None
        return Text(ru=", ".join(one.ru for one in parts), en=", ".join(one.en for one in parts))

    def _task(self, task: Any) -> Text:
        whom = self._words.whom(*(task.each or (task.assignee,)))
        due = duration(task.deadline) if task.deadline else None
        tail = Text(ru=f", срок {due.ru}", en=f", due in {due.en}") if due else Text(ru="", en="")
        return Text(
            ru=f"Задача «{task.title.ru}» — {whom.ru}{tail.ru}",
            en=f"Task “{task.title.en}”: {whom.en}{tail.en}",
        )

    def _assign(self, asked: Any) -> Text:
        whom = self._words.whom(asked.assignee)
        return Text(
            ru=f"Поручение «{asked.title.ru}» — {whom.ru}", en=f"Assignment “{asked.title.en}”: {whom.en}"
        )

    def _notify(self, notice: Any) -> Text:
        whom = self._words.whom(*notice.to)
        return Text(ru=f"Уведомление: {whom.ru}", en=f"A notice to: {whom.en}")

    def _move(self, move: Any) -> Text:
        stage = self._pipeline.stages[move.to].title
        return Text(ru=f"Переход на этап «{stage.ru}»", en=f"A move to the stage “{stage.en}”")

    def _set(self, fields: Mapping[str, Any]) -> Text:
        names = [self._words.path(name) for name in fields]
        return Text(
            ru=f"Заполняется: {', '.join(one.ru for one in names)}",
            en=f"Filled in: {', '.join(one.en for one in names)}",
        )

    def _open(self, opened: Any) -> Text:
        title = self.title(opened.pipeline)
        return Text(ru=f"Открывается сделка «{title.ru}»", en=f"A deal “{title.en}” is opened")

    def _again(self, key: str) -> Text:
        return self._about_task(key, "Задача ещё раз", "The task again")

    def _comment_task(self, comment: Any) -> Text:
        return self._about_task(comment.task, "Комментарий к задаче", "A comment on the task")

    def _about_task(self, key: str, ru: str, en: str) -> Text:
        rule = self._pipeline.task_rule(key)
        title = rule.title if rule else Text.same(key)
        return Text(ru=f"{ru} «{title.ru}»", en=f"{en} “{title.en}”")

    def _approve(self, approval: Any) -> Text:
        return called(approval.title)

    def _call(self, call: Any) -> Text:
        whom = self._words.whom(call.assignee)
        return Text(ru=f"Звонок «{call.title.ru}» — {whom.ru}", en=f"Call “{call.title.en}”: {whom.en}")

    def _make_company(self, _: str) -> Text:
        return Text(ru="Клиент становится компанией", en="The client becomes a company")

    def _send(self, message: str) -> Text:
        title = self._pipeline.message_title(message) or Text.same(message)
        return Text(ru=f"Сообщение «{title.ru}»", en=f"Message “{title.en}”")

    def _control_payments(self, _: str) -> Text:
        return Text(ru="Контроль оплат по графику", en="Payments are watched by the plan")

    def _pull(self, _: str) -> Text:
        return Text(ru="Данные загружаются из 1С", en="Data is pulled from 1C")

    def _document(self, document: str) -> Text:
        rule = self._pipeline.documents.get(document)
        title = rule.title if rule else Text.same(document)
        return Text(ru=f"Документ «{title.ru}»", en=f"Document “{title.en}”")

    def _other(self, _: object) -> Text:
        return Text(ru="Действие", en="An action")
