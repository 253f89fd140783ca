"""`voronka password EMPLOYEE`: sets a password, so that somebody can sign in who could then set the others'."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from api.errors import ProblemError
from api.passwords import hashed
from settings import MissingSetting, Settings
from store.accounts import save_password
from store.queries import employee as find_employee
from store.session import make_engine


def register(app: typer.Typer) -> None:
    """Adds `voronka password`."""

    @app.command("password")
    def command(
        employee: Annotated[str, typer.Argument(help="The employee's id, such as `director`.")],
    ) -> None:
        """Set the employee's password (at DATABASE_URL); asks for it, or reads one line of standard input."""
        try:
            known = asyncio.run(give(Settings().require_database_url(), employee, _asked()))
        except (MissingSetting, ProblemError) as error:
            typer.echo(error.detail.en if isinstance(error, ProblemError) else str(error), err=True)
            raise typer.Exit(2) from None
        if not known:
            typer.echo(f"There is no employee `{employee}` who works here.", err=True)
            raise typer.Exit(2)
        typer.echo(f"{employee} has a new password, and is signed out everywhere.")


def _asked() -> str:
    """Typed twice without being shown; from a pipe, its first line. Never an argument: those stand in `ps`."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True))


async def give(url: str, employee: str, password: str) -> bool:
    """Sets the password; False where nobody of this id works here. ProblemError for one that is too short."""
    hash = await hashed(password)
    engine = make_engine(url, pool_size=1, application="voronka password")
    try:
        async with engine.begin() as connection:
            found = await find_employee(connection, employee)
            if found is None or not found.active:
                return False
            await save_password(connection, employee, hash, datetime.now(UTC))
            return True
    finally:
        await engine.dispose()
