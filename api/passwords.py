"""Passwords: how they are hashed and checked. Argon2id by pwdlib, in a thread, since it is slow on purpose."""

from __future__ import annotations

import asyncio

from pwdlib import PasswordHash

from api.errors import ProblemError

LEAST, MOST = 10, 200  # characters


async def hashed(password: str, field: str = "password") -> str:
    """The hash to keep; raises the problem of a password that is too short or too long, naming the body's `field`."""
    if not LEAST <= len(password) <= MOST:
        raise ProblemError(
            "invalid_value",
            f"Пароль — от {LEAST} до {MOST} символов. Подойдёт фраза из нескольких слов.",
            f"A password has {LEAST} to {MOST} characters. A phrase of several words will do.",
            missing=[field],
        )
    return await asyncio.to_thread(PasswordHash.recommended().hash, password)


async def matches(password: str, hash: str | None) -> bool:
    """Whether it is the password of this hash. Without a hash it takes as long, and is not."""
    if hash is None:
        await asyncio.to_thread(PasswordHash.recommended().hash, password[:MOST])
        return False
    return await asyncio.to_thread(PasswordHash.recommended().verify, password[:MOST], hash)
