"""The world outside in words: messages, 1C, documents, and what came in."""

from __future__ import annotations

from collections.abc import Mapping

from api.happenings import HAPPENINGS
from api.telling.teller import Teller, joined
from domain import events as ev
from domain.base import Text

_KINDS: Mapping[str, Text] = {
    "message": Text(ru="Отправляется сообщение", en="A message is being sent"),
    "document": Text(ru="Готовится документ", en="A document is being prepared"),
    "onec": Text(ru="Передаётся в 1С", en="1C is being told"),
}


def world(teller: Teller, event: ev.Event) -> Text | None:
    """The sentence of an event about the world outside; None for any other."""
    match event:
        case ev.EffectPlanned(kind=kind, name=name):
            head = next((text for known, text in _KINDS.items() if kind.startswith(known)), None)
            title = _document(teller, name) if kind == "document" else teller.definition.message_title(name)
            return joined(head or Text(ru="Внешнее действие", en="An outside action"), title, by=": ")
        case ev.EffectFailed(cause=cause, text=text):
            why = text or Text.same(cause)
            return Text(ru=f"Не удалось: {why.ru}", en=f"Failed: {why.en}")
        case ev.EffectLate(text=text):
            return text
        case ev.Notified(to=to, text=text):
            name = teller.person(to)
            return Text(ru=f"Уведомление ({name}): {text.ru}", en=f"Notice ({name}): {text.en}")
        case ev.HappenedOutside(kind=kind):
            return HAPPENINGS.get(kind) or Text(ru=f"Событие извне: {kind}", en=f"From outside: {kind}")
        case ev.SignalRefused(message=message):
            return Text(ru=f"Не выполнено: {message.ru}", en=f"Not done: {message.en}")
        case ev.SignalSetAside():
            return Text(
                ru="Команда отложена из-за ошибки программы. Её можно повторить.",
                en="A command was set aside by a fault in the program. It may be tried again.",
            )
        case ev.SignalTakenUp():
            return Text(ru="Отложенная команда обработана", en="The command that was set aside is done")
        case _:
            return None


def _document(teller: Teller, name: str) -> Text | None:
    found = teller.definition.documents.get(name)
    return found.title if found else None
