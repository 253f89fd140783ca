"""What may happen outside, in words: as timelines tell it, and descriptions of pipelines."""

from __future__ import annotations

from collections.abc import Mapping

from domain.base import Text

HAPPENINGS: Mapping[str, Text] = {
    "call.incoming": Text(ru="Входящий звонок", en="Incoming call"),
    "call.missed": Text(ru="Пропущенный звонок", en="Missed call"),
    "mail.incoming": Text(ru="Входящее письмо", en="Incoming mail"),
    "payment.received": Text(ru="Поступила оплата", en="Payment received"),
    "review.received": Text(ru="Клиент оставил отзыв", en="The client left a review"),
    "onec.task_done": Text(ru="Задача выполнена в 1С", en="A task is done in 1C"),
    "onec.task_state": Text(ru="Новое состояние задачи в 1С", en="A task's new state in 1C"),
}
