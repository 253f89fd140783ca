"""What may happen outside, in words: as timelines tell it, and descriptions of pipelines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.base import Text

HAPPENINGS: Mapping[str, Text] = {
    "call.incoming": Text(ru="Входящий звонок", en="Incoming call"),
    "call.missed": Text(ru="Пропущенный звонок", en="Missed call"),
    "mail.incoming": Text(ru="Входящее письмо", en="Incoming mail"),
    "payment.received": Text(ru="Поступила оплата", en="Payment received"),
    "company.changed": Text(ru="Изменилась карточка компании", en="The company's card was changed"),
    "review.received": Text(ru="Клиент оставил отзыв", en="The client left a review"),
    "onec.task_done": Text(ru="Задача выполнена в 1С", en="A task is done in 1C"),
    "onec.task_state": Text(ru="Новое состояние задачи в 1С", en="A task's new state in 1C"),
}


def note_on(kind: str) -> dict[str, Any]:
    """For the answer to who reports an event: nothing for a known type, else a `note` with the `known` ones.

    Other types are taken all the same: systems may leave words of their own in a deal's timeline.
    """
    if kind in HAPPENINGS:
        return {}
    names = ", ".join(HAPPENINGS)
    said = Text(
        ru=f"Событие записано в историю, но типа «{kind}» «Воронка» не знает: ни одно правило его не ждёт. "
        f"Известные типы: {names}.",
        en=f"The event stands in the timeline, but Voronka does not know the type “{kind}”: no rule waits for it. "
        f"Known types: {names}.",
    )
    return {"note": {**said.model_dump(), "known": list(HAPPENINGS)}}
