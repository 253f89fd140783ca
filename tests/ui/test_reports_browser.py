"""Reports in a real browser: what people wrote runs nothing, the table sorts by keyboard, files come down."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.ui.browsing import Desk
from tests.ui.stories import call
from tests.ui.test_board_browser import XSS, deal

Sit = Callable[..., Desk]
LOSSES = "/reports?report=losses&period=month&pipeline=fulfilment.quote"


def lose(page: Page, reason: str, amount: str) -> None:
    """A deal that is lost for this reason, in the person's own words."""
    made = deal(page, amount=amount)
    call(page, "POST", f"/api/deals/{made['id']}/move", {"to": "refused", "reason": reason})


def test_reasons_in_free_words_run_nothing_in_chart_and_table(desk: Sit) -> None:
    someone = desk("head")
    lose(someone.page, XSS, "100")
    page = someone.open(LOSSES)
    expect(page.locator(".bars-label").filter(has_text="onerror")).to_have_text(XSS)
    expect(page.locator(".rt td").filter(has_text="onerror")).to_have_text(XSS)
    assert page.evaluate("window.hacked") is None


def test_the_table_is_sorted_from_the_keyboard(desk: Sit) -> None:
    someone = desk("head")
    mark = uuid.uuid4().hex[:8]
    lose(someone.page, f"Яблоко {mark}", "5")
    lose(someone.page, f"Арбуз {mark}", "70")
    page = someone.open(LOSSES)
    rows = page.locator(".rt tbody tr").filter(has_text=mark)
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Причина").press("Enter")
    expect(page.get_by_role("columnheader", name="Причина")).to_have_attribute("aria-sort", "ascending")
    expect(rows.first).to_contain_text("Арбуз")
    page.get_by_role("button", name="Причина").press("Enter")
    expect(rows.first).to_contain_text("Яблоко")
    page.get_by_role("button", name="На сумму, ₽").press("Enter")
    expect(rows.first).to_contain_text("Арбуз")


def test_choices_stand_in_the_address_and_files_come_down(desk: Sit, tmp_path: Path) -> None:
    someone = desk("head")
    lose(someone.page, "Дорого", "5")
    page = someone.open("/reports")
    page.get_by_role("tab", name="Отказы").click()
    expect(page.get_by_text("главная причина")).to_be_visible()
    page.wait_for_url("**report=losses**")
    page.reload()
    page.wait_for_function("window.did_handshake === true")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Скачать отчёт: Excel").click()
    assert coming.value.suggested_filename.startswith("losses-")
    coming.value.save_as(tmp_path / "losses.xlsx")
    assert (tmp_path / "losses.xlsx").read_bytes().startswith(b"PK")


def test_a_phone_shows_all_of_it_without_scrolling_sideways(desk: Sit) -> None:
    someone = desk("head", viewport={"width": 360, "height": 740})
    lose(someone.page, "Оченьдлинноесловобезпробелов" * 4, "1250000.50")
    for report in ("conversion", "stage-time", "losses", "deadlines", "task-time", "payments"):
        page = someone.open(f"/reports?report={report}&period=month")
        expect(page.get_by_role("heading", name="Отчёты")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, report
        inside = "[...document.querySelectorAll('.rt-box')].map(box => box.scrollWidth - box.clientWidth)"
        assert set(page.evaluate(inside)) <= {0}, f"{report}: rows are cards, no table to push about"
