"""The bar on top in a real browser, where widths count."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ui.browsing import Desk

LONG = "/boards/fulfilment.contract"  # «Заключить договор с новым клиентом»


@pytest.mark.parametrize("width", [1440, 1024, 800, 390])
def test_a_long_title_of_a_board_stays_inside_its_button(desk: Callable[..., Desk], width: int) -> None:
    page = desk("sales", viewport={"width": width, "height": 820}).open(LONG)
    button = page.locator(".topbar .boards")
    around = button.bounding_box()
    assert around
    for part in button.locator(".q-btn__content > *").all():
        inside = part.bounding_box()
        assert inside
        assert inside["x"] >= around["x"]
        assert inside["x"] + inside["width"] <= around["x"] + around["width"]
