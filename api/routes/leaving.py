"""Somebody leaves: what stands on them, and who takes their deals over."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import Field

from api import examples_organisation as examples
from api.authority import must_direct
from api.deps import Acting, Deps, Reading, World
from api.errors import ProblemError, unknown_employee
from api.idempotency import derived
from api.replies import READ, problem_responses
from domain.base import Strict
from domain.commands import Fill
from domain.facts import Employee
from store import queries
from store.queries.leaving import Duties, duties, open_deals_of

router = APIRouter(prefix="/api/employees", tags=["organisation"])
_AT_ONCE = 20


class Handover(Strict):
    """Who becomes responsible for the open deals."""

    to: Annotated[str, Field(max_length=64)]


class HandedOver(Strict):
    """How many deals were told; each stands in its own timeline."""

    deals: int


@router.get("/{employee_id}/duties", responses=READ)
async def get_duties(employee_id: str, _: Reading, deps: World) -> Duties:
    """Что на сотруднике · What stands on an employee: open deals, tasks, approvals; roles that only they have."""
    await known_employee(deps, employee_id)
    async with deps.reads.connect() as connection:
        return await duties(connection, employee_id)


@router.post("/{employee_id}/handover", responses=problem_responses(401, 403, 404, 413, 422, 503))
async def hand_over(
    employee_id: str,
    body: Annotated[Handover, Body(openapi_examples=examples.HANDOVER)],
    caller: Acting,
    deps: World,
) -> HandedOver:
    """Передать открытые сделки · Hand the open deals over. Directors and administrators."""
    await must_direct(deps, caller.id)
    await known_employee(deps, employee_id)
    heir = await _find(deps, body.to)
    if heir is None or not heir.active or heir.id == employee_id:
        raise ProblemError(
            "unknown_employee",
            "Выберите другого сотрудника, который работает сейчас.",
            "Choose another employee who works here now.",
            missing=["to"],
        )
    async with deps.engine.connect() as connection:
        deals = await open_deals_of(connection, employee_id)
    for start in range(0, len(deals), _AT_ONCE):
        told = [
            deps.gateway.command(
                deal, Fill(responsible=heir.id), caller.id, derived(caller.command_id, deal), wait=False
            )
            for deal in deals[start : start + _AT_ONCE]
        ]
        await asyncio.gather(*told)
    return HandedOver(deals=len(deals))


async def known_employee(deps: Deps, employee: str) -> Employee:
    """The employee; raises the problem of an unknown one."""
    found = await _find(deps, employee)
    if found is None:
        raise unknown_employee(employee)
    return found


async def _find(deps: Deps, employee: str) -> Employee | None:
    async with deps.engine.connect() as connection:
        return await queries.employee(connection, employee) if "\x00" not in employee else None
