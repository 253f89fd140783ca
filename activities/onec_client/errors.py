"""What can go wrong with 1C, and whether trying again may help.

`retry`: always (until the effect's time is over), few (`FEW` attempts, then a person has to look), never.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Retry = Literal["always", "few", "never"]
FEW = 5  # attempts; with the effects' backoff about a minute, enough for a restart or a lock conflict


class OneCError(Exception):
    """Anything that 1C did not do. The text is for people; it quotes nothing of 1C's data but its own message."""

    type: ClassVar[str]
    retry: ClassVar[Retry]


class Unavailable(OneCError):
    """No answer: refused, too slow, cut off, or «service unavailable». What was sent may have happened."""

    type, retry = "onec_unavailable", "always"


class VersionChanged(OneCError):
    """Somebody changed the object between our reading and our writing."""

    type, retry = "onec_conflict", "always"


class BadAnswer(OneCError):
    """An answer that 1C's standard OData interface does not give. The text names what was expected."""

    type, retry = "onec_bad_answer", "few"


class Failed(OneCError):
    """1C failed inside, with its own message: a lock conflict, or a check in the code of the configuration."""

    type, retry = "onec_failed", "few"


class Denied(OneCError):
    """1C does not let this user in, or not do this."""

    type, retry = "onec_denied", "never"


class Rejected(OneCError):
    """1C understood and said no, with its own message."""

    type, retry = "onec_rejected", "never"


class NotThere(OneCError):
    """1C has no task of this key yet: what makes it has still to come through."""

    type, retry = "onec_not_there", "always"


class Behind(OneCError):
    """What the deal wanted of 1C before this has not come through yet."""

    type, retry = "onec_behind", "always"


class NotConfigured(OneCError):
    """The product has not been told of any 1C."""

    type, retry = "onec_not_configured", "never"
