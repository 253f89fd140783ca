"""Who may change how the organisation works."""

from __future__ import annotations

from api.deps import Deps
from api.errors import ProblemError
from store import queries

DIRECTOR, ADMIN = "director", "admin"


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
