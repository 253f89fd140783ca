"""What the `type` of a problem leads to: its description."""

from __future__ import annotations

from fastapi import APIRouter

from api.errors import not_found
from api.problem_kinds import KINDS
from api.replies import problem_responses
from domain.base import Strict, Text

router = APIRouter(prefix="/api/problems", tags=["problems"])


class Described(Strict):
    """One kind of problem."""

    code: str
    status: int
    title: Text


@router.get("")
async def list_problems() -> dict[str, list[Described]]:
    """Все виды отказов · All kinds of problems."""
    return {"items": [_describe(code) for code in KINDS]}


@router.get("/{code}", responses=problem_responses(404))
async def get_problem(code: str) -> Described:
    """Вид отказа · One kind of problem."""
    if code not in KINDS:
        raise not_found("not_found", f"Вида отказа «{code}» нет.", f"There is no problem “{code}”.")
    return _describe(code)


def _describe(code: str) -> Described:
    return Described(code=code, status=KINDS[code].status, title=KINDS[code].title)
