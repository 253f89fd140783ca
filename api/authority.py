"""Who may change how the organisation works."""

from __future__ import annotations

from collections.abc import Iterable

from api.deps import Deps
from api.errors import ProblemError
from domain.base import Text
from store import queries

DIRECTOR, ADMIN = "director", "admin"
ADMIN_TITLE = Text(ru="Администратор", en="Administrator")


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


def with_admin(rows: Iterable[queries.RoleRow]) -> dict[str, queries.RoleRow]:
    """The roles by id; the administrators' is among them before anybody has it, for it gives rights."""
    known = {row.role: row for row in rows}
    admin = known.get(ADMIN)
    if admin is None or admin.title.en == ADMIN:  # without a title of its own
        known[ADMIN] = queries.RoleRow(ADMIN, ADMIN_TITLE, admin.employees if admin else [])
    return {role: known[role] for role in sorted(known)}
