"""Who may change how the organisation works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from api.deps import Deps
from api.errors import ProblemError
from domain.base import Text
from domain.facts import Organisation
from store import queries

DIRECTOR, ADMIN, INTEGRATION = "director", "admin", "integration"
# Roles that give rights before anybody has them, so that they can be given at all.
_TITLES: Mapping[str, Text] = {
    ADMIN: Text(ru="Администратор", en="Administrator"),
    INTEGRATION: Text(ru="Другие системы", en="Other systems"),
}
# Roles that nobody may remove, and why.
NEEDED: Mapping[str, Text] = {
    DIRECTOR: Text(ru="по ней даются права", en="rights are given by it"),
    ADMIN: Text(ru="по ней даются права", en="rights are given by it"),
    INTEGRATION: Text(
        ru="по ней 1С и другие системы сообщают о задачах своим токеном",
        en="by it 1C and other systems may report on tasks with a token of their own",
    ),
}


async def must_direct(deps: Deps, employee: str) -> None:
    """Raises the problem of a caller who is neither director nor administrator."""
    async with deps.engine.connect() as connection:
        roles = await queries.roles_of(connection, employee)
    if not {DIRECTOR, ADMIN} & set(roles):
        raise ProblemError(
            "not_allowed",
            "Настройки меняет только директор или администратор.",
            "Only a director or an administrator changes the settings.",
            allowed=[f"role:{DIRECTOR}", f"role:{ADMIN}"],
        )


def must_keep_director(organisation: Organisation, people: Iterable[str], missing: str) -> None:
    """Raises the problem of an organisation that only these people would direct, where none of them works here.

    `missing` is the name to show it at. Hold the organisation's lock: else two calls may each leave the other's.
    """
    employees = organisation.employees
    if not any(one in employees and employees[one].active for one in people):
        raise ProblemError(
            "invalid_value",
            "Нельзя остаться без директора: никто не сможет вернуть настройки. Сначала назначьте другого.",
            "A director has to remain: nobody could change the settings back. Appoint another first.",
            missing=[missing],
        )


def with_rights(rows: Iterable[queries.RoleRow]) -> dict[str, queries.RoleRow]:
    """The roles by id; those that give rights are among them before anybody has them."""
    known = {row.role: row for row in rows}
    for role, title in _TITLES.items():
        row = known.get(role)
        if row is None or row.title.en == role:  # without a title of its own
            known[role] = queries.RoleRow(role, title, row.employees if row else [])
    return {role: known[role] for role in sorted(known)}
