"""Clients' companies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query
from fastapi.responses import Response

from api import examples
from api.bodies import CompanyBody, CompanyChange
from api.deps import Acting, Deps, Limit, Reading, World
from api.errors import ProblemError, not_found
from api.idempotency import derived
from api.replies import READ, problem_responses, reply
from domain.commands import Happened
from domain.documents.requisites import inn_digits
from domain.facts import Company
from store import queries, writes

router = APIRouter(prefix="/api/companies", tags=["companies"])


async def make_company(deps: Deps, company_id: str, body: CompanyBody) -> Company:
    """The company of this id: made now, or by the same request before."""
    async with deps.engine.begin() as connection:
        return await writes.create_company(connection, company_id, body.name, body.all_fields())


async def known_before(deps: Deps, made: Company) -> list[queries.KnownCompany]:
    """Other companies with its INN. Read after it was written: of two made at once, the later one is told."""
    digits = inn_digits(made.fields.get("inn"))
    if not digits:
        return []
    async with deps.engine.connect() as connection:
        return await queries.same_inn(connection, digits, besides=made.id)


async def forget_company(deps: Deps, company_id: str) -> None:
    """Takes back a company made for a deal that could not be opened."""
    async with deps.engine.begin() as connection:
        await writes.delete_unused_company(connection, company_id)


@router.get("", responses=problem_responses(401, 422, 503))
async def list_companies(
    _: Reading,
    deps: World,
    q: Annotated[str | None, Query(max_length=200, description="Part of the name or of the INN")] = None,
    inn: Annotated[
        str | None, Query(max_length=40, description="The whole INN; only its digits count")
    ] = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> queries.Page[Company]:
    """Компании по названию или ИНН · Companies by name, those of one INN by `inn`."""
    digits = None if inn is None else inn_digits(inn)
    async with deps.engine.connect() as connection:
        return await queries.companies(connection, q=q, inn=digits, cursor=cursor, limit=limit)


@router.get("/{company_id}", responses=READ)
async def get_company(company_id: str, _: Reading, deps: World) -> Company:
    """Компания · A company."""
    async with deps.engine.connect() as connection:
        found = await queries.company(connection, company_id)
    if found is None:
        raise _unknown(company_id)
    return found


@router.post("", status_code=201, responses=problem_responses(401, 413, 422, 503))
async def create_company(
    body: Annotated[CompanyBody, Body(openapi_examples=examples.COMPANY)], caller: Acting, deps: World
) -> Response:
    """Новая компания · A new company; any fields beside the name.

    It is made in any case: a branch shares its INN with the others. `same_inn` in the answer tells of companies that
    have the INN already, as `{id, name, contract_signed}`, those with a contract first.
    """
    made = await make_company(deps, derived(caller.command_id, "company"), body)
    return reply({**made.model_dump(mode="json"), "same_inn": await known_before(deps, made)}, 201)


@router.patch("/{company_id}", responses=problem_responses(401, 404, 413, 422, 503))
async def change_company(
    company_id: str,
    body: Annotated[CompanyChange, Body(openapi_examples=examples.COMPANY)],
    caller: Acting,
    deps: World,
) -> Company:
    """Изменить поля компании · Change fields of a company; null empties one. Deals that waited for it go on."""
    async with deps.engine.begin() as connection:
        changed = await writes.patch_company(connection, company_id, body.name, body.all_fields())
    if changed is None:
        raise _unknown(company_id)
    async with deps.engine.connect() as connection:
        waiting = await queries.deals_waiting_for_company(connection, company_id)
    for deal in waiting:
        word = Happened(kind="company.changed", detail={"company": company_id})
        await deps.gateway.command(deal, word, caller.id, derived(caller.command_id, deal), wait=False)
    return changed


def _unknown(company_id: str) -> ProblemError:
    return not_found("unknown_company", f"Компании {company_id} нет.", f"There is no company {company_id}.")
