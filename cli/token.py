"""Tokens of the demo organisation, and `voronka token EMPLOYEE`.

The database knows tokens only by their hash. On this machine their text is kept in `tokens.json` in the data
folder, readable by its owner alone, so that a second start tells the same ones.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from settings import Settings
from store.queries import employee as find_employee
from store.session import make_engine
from store.writes import add_token


@dataclass(frozen=True)
class Token:
    """A secret that lets somebody in; not shown by `repr`, which ends up in logs."""

    text: str = field(repr=False)

    @property
    def hash(self) -> str:
        """What the database knows: SHA-256, hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def new_token() -> str:
    """192 random bits. The prefix tells people and secret scanners what it is."""
    return "voronka_" + secrets.token_urlsafe(24)


class TokenFile:
    """`tokens.json`: {employee id: token}. Replaced as a whole: a crash leaves the old or the new one."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "tokens.json"

    def get(self, employee: str) -> Token | None:
        """The employee's token on this machine."""
        text = self._read().get(employee)
        return Token(text) if text else None

    def give_all(self, employees: Iterable[str]) -> dict[str, Token]:
        """A token for each of them: the one kept, or a new one that is kept from now on."""
        known = self._read()
        wanted = {name: known.get(name) or new_token() for name in employees}
        if wanted.items() - known.items():
            self._write({**known, **wanted})
        return {name: Token(text) for name, text in wanted.items()}

    def _read(self) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return found

    def _write(self, tokens: dict[str, str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
            json.dump(tokens, output, indent=1, ensure_ascii=False)
            output.flush()
            os.fsync(output.fileno())
        part.replace(self._path)


def register(app: typer.Typer) -> None:
    """Adds `voronka token`."""

    @app.command("token")
    def command(
        employee: Annotated[str, typer.Argument(help="The employee's id, such as `sales`.")],
    ) -> None:
        """Print the employee's API token; makes one (at DATABASE_URL) where this machine has none."""
        settings = Settings()
        token = TokenFile(settings.data).get(employee)
        if settings.database_url is not None:
            token = asyncio.run(give(settings.database_url, settings.data, employee))
        if token is None:
            typer.echo(
                f"There is no token of `{employee}` here. `voronka up` makes one for everybody; "
                "or set DATABASE_URL to make one there (for an employee that exists).",
                err=True,
            )
            raise typer.Exit(2)
        typer.echo(token.text)


async def give(url: str, data_dir: Path, employee: str) -> Token | None:
    """The employee's token, known to the database afterwards; None where there is no such employee."""
    engine = make_engine(url, pool_size=1, application="voronka token")
    try:
        async with engine.begin() as connection:
            if await find_employee(connection, employee) is None:
                return None
            token = TokenFile(data_dir).give_all([employee])[employee]
            await add_token(connection, token.hash, employee, "voronka token")
            return token
    finally:
        await engine.dispose()
