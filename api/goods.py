"""Goods of the company's 1C, as people look them up. Who asks 1C is handed in: see `web.py`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal

from domain.base import Strict


class Goods(Strict):
    """An item of 1C's nomenclature. `vat` is percent ("20"), `20/120`, `none`, or null where 1C has no rate."""

    code: str
    title: str
    unit: str
    price: Decimal | None  # for one unit, where 1C keeps one with the item
    vat: str | None


class GoodsUnavailable(Exception):
    """1C did not tell. `cause` is one of the error types of docs/onec.md."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(cause)


# Takes a part of a title or code, and how many there may be. Raises GoodsUnavailable.
FindGoods = Callable[[str, int], Awaitable[list[Goods]]]
