"""For every test: the process ends with pytest's own status. Fixtures live beside the tests that need
them."""

from __future__ import annotations

import pytest

from cli.exit import finish_at_exit


class _Outcome:
    """pytest's status, once the session is over."""

    status: int | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self.status = int(exitstatus)


def pytest_configure(config: pytest.Config) -> None:
    """Tests use Temporal clients, and a process that did may crash or hang while the interpreter is torn
    down (see cli/exit.py): «all passed», then status 134. The exit handler runs after pytest has written
    everything."""
    outcome = _Outcome()
    config.pluginmanager.register(outcome)
    finish_at_exit(lambda: outcome.status)
