"""`voronka`: finds the subcommand, runs it, ends the process properly.

To add a command: write cli/NAME.py with `register(app: typer.Typer) -> None`, and add one line to COMMANDS.
"""

import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import typer
from pydantic import ValidationError

from cli import exit as process_exit
from embedded.errors import ServerError
from settings import MissingSetting

COMMANDS: Mapping[str, str] = {
    "up": "cli.up",
    "simulate": "cli.simulate",
    "scenarios": "cli.scenarios",
    "lint": "cli.lint",
    "migrate": "cli.migrate",
    "seed": "cli.seed",
    "token": "cli.token",
    "password": "cli.password",
    "demo": "cli.demo",
    "health": "cli.health",
}


def build(arguments: Sequence[str]) -> typer.Typer:
    """The program with the one command that is asked for, or with all of them for help and for a wrong name.

    One at a time, because some of them import half the product, and `voronka token` should not wait for it.
    """
    app = typer.Typer(
        name="voronka", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )
    app.callback()(_about)
    first = arguments[0] if arguments else ""
    wanted = [COMMANDS[first]] if first in COMMANDS else list(COMMANDS.values())
    for name in wanted:
        importlib.import_module(name).register(app)
    return app


def main() -> NoReturn:
    process_exit.run(_run)


def _about() -> None:
    """Deal pipelines on Temporal. `voronka up` starts everything on this machine."""


def _run() -> int:
    try:
        answer: Any = build(sys.argv[1:])(standalone_mode=True)
    except (ServerError, MissingSetting) as error:
        print(f"voronka: {error}", file=sys.stderr)
        return 1
    except ValidationError as error:
        if error.title != "Settings":
            raise
        for problem in error.errors():
            print(f"voronka: {'.'.join(map(str, problem['loc']))}: {problem['msg']}", file=sys.stderr)
        return 2
    return answer if isinstance(answer, int) else 0


if __name__ == "__main__":
    main()
