"""The difference of two states of a deal as small JSON, and a deal with such a difference applied.

`{name: value}` by the deal's fields. Of tasks, agenda and other maps only the entries that differ are named;
None takes an entry out.
"""

from __future__ import annotations

from typing import Any

from pydantic import JsonValue

from domain.deal import Deal

Patch = dict[str, JsonValue]
_WHOLE = ("contact",)  # a mapping that is one value


def difference(now: Deal, wanted: Deal) -> Patch:
    """What makes `wanted` of `now`."""
    names = [name for name in Deal.model_fields if getattr(now, name) != getattr(wanted, name)]
    return {name: _part(name, now, wanted) for name in names}


def _part(name: str, now: Deal, wanted: Deal) -> JsonValue:
    if name in _WHOLE or not isinstance(getattr(wanted, name), dict):
        whole: JsonValue = wanted.model_dump(mode="json", include={name})[name]
        return whole
    ours, theirs = (_entries(name, deal) for deal in (now, wanted))
    return {key: theirs.get(key) for key in (*ours, *theirs) if ours.get(key) != theirs.get(key)}


def _entries(name: str, deal: Deal) -> dict[str, Any]:
    found: dict[str, Any] = deal.model_dump(mode="json", include={name}, exclude_defaults=True).get(name, {})
    return found


def patched(deal: Deal, patch: Patch) -> dict[str, Any]:
    """The fields of the deal that the patch changes, as they are afterwards. Names it does not know are left out."""
    state = deal.model_dump(mode="json")
    known = {name: value for name, value in patch.items() if name in state}
    made = Deal.model_validate({**state, **{name: _merged(name, state[name], known[name]) for name in known}})
    return {name: getattr(made, name) for name in known}


def _merged(name: str, before: Any, change: Any) -> Any:
    if name in _WHOLE or not (isinstance(before, dict) and isinstance(change, dict)):
        return change
    return {key: value for key, value in {**before, **change}.items() if value is not None}
