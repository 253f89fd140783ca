"""What a person has to look at: put on the card in both languages, and told to the responsible once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.base import Text
from domain.commands import EffectResult
from domain.deal import Effect
from domain.decide import people
from domain.decide.notices import task_title, tell
from domain.decide.turn import Turn
from domain.events import AttentionNeeded, EffectFailed, EffectLate

LATE = "late"  # in an effect's result: not done yet, for hours, and tried on. `{cause, code}`
_LONGEST = 500  # characters of another system's words
_WHY: Mapping[str, Text] = {  # by the type of the failure
    "onec_unavailable": Text(ru="1С не отвечает", en="1C does not answer"),
    "onec_conflict": Text(ru="в 1С её в это время меняют", en="it is being changed in 1C"),
    "onec_bad_answer": Text(
        ru="1С отвечает не тем, чем должна", en="1C answers with something else than it should"
    ),
    "onec_failed": Text(ru="1С сообщает об ошибке у себя", en="1C reports an error of its own"),
    "onec_denied": Text(ru="1С не пускает «Воронку»", en="1C does not let Voronka in"),
    "onec_rejected": Text(ru="1С отказала", en="1C refused"),
    "onec_not_there": Text(ru="в 1С её ещё нет", en="1C does not have it yet"),
    "onec_behind": Text(ru="ждёт более раннюю задачу сделки", en="it waits for an earlier task of the deal"),
    "onec_not_configured": Text(ru="адрес 1С не задан", en="1C's address is not set"),
    "not_now": Text(ru="сервер сообщений не принимает", en="the messages' server does not take it"),
    "refused": Text(ru="отправить нельзя", en="it cannot be sent"),
    "document_refused": Text(ru="для него не всё есть", en="it lacks something"),
    "fault": Text(  # in this program
        ru="результат не записан из-за ошибки в программе, сообщите администратору",
        en="its result is not recorded, by a fault in the program: tell the administrator",
    ),
    "document_failed": Text(ru="его не удаётся сохранить", en="it cannot be written"),
}
_NOT_DONE = Text(ru="не получается", en="it does not work")


def too_many_moves(turn: Turn, most: int) -> None:
    """Stages that send the deal round and round."""
    text = Text(
        ru=f"Больше {most} автоматических переходов подряд: правила стадий гоняют сделку по кругу",
        en=f"More than {most} automatic moves in a row: the stages' rules send the deal round and round",
    )
    turn.by_itself(AttentionNeeded(cause=text.en, text=text))
    _tell(turn, text)


def late(turn: Turn, effect: Effect, said: Mapping[str, Any]) -> None:
    """An effect has not worked for hours. Of several that one reason holds up people are told once."""
    if effect.trouble is not None:
        return
    cause, code = str(said.get("cause", ""))[:_LONGEST], str(said.get("code", ""))
    words = _words(turn, effect, code, cause)
    told = any(other.trouble and other.code == code for other in turn.deal.effects.values())
    text = Text(
        ru=f"{words.ru}. Ждёт уже несколько часов, попытки продолжаются",
        en=f"{words.en}. It has waited for hours, and is tried on",
    )
    turn.by_itself(EffectLate(key=effect.key, cause=cause, text=text, code=code))
    if not told:
        _tell(turn, text)


def failed(turn: Turn, effect: Effect, result: EffectResult, notice: Text | None = None) -> None:
    """An effect is given up until a person retries. `notice`: what to tell instead of the card's words."""
    cause = (result.cause or "")[:_LONGEST]
    text = _words(turn, effect, result.code, cause)
    turn.by_itself(EffectFailed(key=effect.key, cause=cause, text=text))
    _tell(turn, text, notice)


def _tell(turn: Turn, text: Text, notice: Text | None = None) -> None:
    said = notice or Text(
        ru=f"Сделка «{{deal}}» требует внимания. {text.ru}. Проверьте и повторите.",
        en=f"The deal “{{deal}}” needs attention. {text.en}. Check and retry.",
    )
    tell(turn, people.resolve(turn, ("responsible",)), "control", said)


def _words(turn: Turn, effect: Effect, code: str, cause: str) -> Text:
    """What does not work, why, and the other system's own words."""
    what, why = _what(turn, effect), _WHY.get(code, _NOT_DONE)
    details = f" ({cause})" if cause else ""
    return Text(ru=f"{what.ru}: {why.ru}{details}", en=f"{what.en}: {why.en}{details}")


def _what(turn: Turn, effect: Effect) -> Text:
    """The effect as people know it."""
    definition = turn.definition
    if effect.kind == "message":
        title = definition.message_title(effect.name) or Text.same(effect.name)
        return Text(ru=f"Сообщение «{title.ru}»", en=f"The message “{title.en}”")
    if effect.kind == "onec_task":
        number = effect.name.rpartition(".")[2]
        task = turn.deal.tasks.get(int(number)) if number.isdecimal() else None
        title = task_title(task, definition.task_rule(task.key)) if task else Text.same(effect.name)
        return Text(ru=f"Задача «{title.ru}» в 1С", en=f"The task “{title.en}” in 1C")
    if effect.kind == "onec_offer":
        return Text(ru="Предложение из 1С", en="The offer from 1C")
    document = definition.documents.get(effect.name) if effect.kind == "document" else None
    if document:
        return Text(ru=f"Документ «{document.title.ru}»", en=f"The document “{document.title.en}”")
    return Text.same(f"{effect.kind} {effect.name}")
