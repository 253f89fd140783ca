"""Signals that a fault in the program keeps from being done are kept, and do not hold up those after them."""

from __future__ import annotations

from domain.base import Text
from domain.commands import SetAside, TakeUp
from domain.decide import people
from domain.decide.notices import tell
from domain.decide.turn import Turn
from domain.events import SignalSetAside, SignalTakenUp


def set_aside(turn: Turn, command: SetAside) -> None:
    """Keeps the signal and calls for attention; a repeat changes nothing."""
    known = turn.deal.aside.get(command.signal.id)
    if known and not known.again:
        return
    turn.by_itself(SignalSetAside(signal=command.signal))
    name = command.signal.command
    text = Text(
        ru=f"Сделка «{{deal}}» требует внимания: команда «{name}» не выполнена из-за ошибки в программе и отложена. "
        "Сообщите администратору, а когда ошибку исправят, повторите.",
        en=f"The deal “{{deal}}” needs attention: the command “{name}” failed by a fault in the program and is set "
        "aside. Tell the administrator, and retry once it is mended.",
    )
    tell(turn, people.resolve(turn, ("responsible",)), "control", text)


def take_up(turn: Turn, command: TakeUp) -> None:
    """Forgets a signal that has been done after all."""
    if command.id in turn.deal.aside:
        turn.by_itself(SignalTakenUp(id=command.id))
