"""Logs without personal data: messages of exceptions quote values, and values may be anybody's name."""

from __future__ import annotations

import logging
import traceback

_FOREIGN = ("nicegui", "asyncio", "uvicorn.error")  # who logs exceptions by themselves
_NEAREST = 6


def install() -> None:
    """From now on these loggers tell only what kind of error happened, and where."""
    for name in _FOREIGN:
        logging.getLogger(name).addFilter(_only_places)


def places(error: BaseException) -> str:
    """Where it was raised, and the way there through the product's own code."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames[:-1] if "site-packages" not in frame.filename]
    shown = ours[-_NEAREST:] + frames[-1:]
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(shown))


def _only_places(record: logging.LogRecord) -> bool:
    """The record stays, its exception's text does not."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        record.msg, record.args = "%s at %s", (type(error).__name__, places(error))
        record.exc_info = record.exc_text = None
    return True
