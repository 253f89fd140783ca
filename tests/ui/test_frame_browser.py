"""What a person relies on around the work, in a real browser: where one is, what is new, whether one is connected."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.ui.browsing import Desk
from tests.ui.stories import FILLED, busy_deal, call

Sit = Callable[..., Desk]
QUOTES = "/boards/fulfilment.quote"
PHONE = {"width": 390, "height": 844}
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


def test_the_top_bar_names_the_board(desk: Sit) -> None:
    page = desk("sales").open(QUOTES)
    expect(page.get_by_role("button", name="Доски: Заявка на просчет заказа")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Заявка на просчет заказа")
    page.get_by_role("link", name="Как устроена воронка").click()
    page.wait_for_url("**/pipelines/fulfilment.quote")


def test_pages_are_no_wider_than_a_phone(desk: Sit) -> None:
    seat = desk("sales", viewport=PHONE)
    deal = busy_deal(seat.page, title="Поставка весового оборудования с поверкой и доставкой " * 3)
    page = seat.open(QUOTES)
    page.locator(".vb-card").first.wait_for()
    assert page.evaluate(TOO_WIDE) == 0
    page = seat.open(f"/deals/{deal['id']}")
    bar, here = page.locator(".stage-bar"), page.locator(".stage--here")
    here.wait_for()
    assert page.evaluate(TOO_WIDE) == 0
    outer, inner = bar.bounding_box(), here.bounding_box()
    assert outer
    assert inner
    assert outer["x"] <= inner["x"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


def test_a_notice_is_read_once_it_is_opened(desk: Sit) -> None:
    seat, giver = desk("engineer"), desk("head").page
    deal = call(giver, "POST", "/api/deals", {"pipeline": "fulfilment.quote", "fields": FILLED})
    call(
        giver, "POST", f"/api/deals/{deal['id']}/tasks", {"title": "Взвесить образцы", "assignee": "engineer"}
    )
    page = seat.open("/")
    unread = call(page, "GET", "/api/me")["unread"]
    page.get_by_role("button", name=f"Уведомления: {unread}").click()
    page.locator(".notices").get_by_role("link", name="Взвесить образцы").first.click()
    page.wait_for_url(f"**/deals/{deal['id']}")
    expect(page.get_by_role("button", name=f"Уведомления: {unread - 1}")).to_be_visible()


def test_a_move_without_a_connection_leaves_the_card_and_says_so(desk: Sit) -> None:
    seat = desk("sales")
    one = call(seat.page, "POST", "/api/deals", {"pipeline": "fulfilment.quote", "title": "Сделка без связи"})
    page = seat.open(f"{QUOTES}?text=Сделка без связи")
    card = page.locator(f"[data-column=new] [data-id='{one['id']}']")
    card.get_by_role("link").focus()
    page.evaluate("window.socket.disconnect()")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("Нет связи: сделка осталась на своём этапе.").first).to_be_visible()
    expect(card).to_be_visible()


def test_a_wrong_amount_of_a_quick_deal_is_told_in_words(desk: Sit) -> None:
    page = desk("sales").open(QUOTES)
    page.get_by_role("button", name="Добавить сделку").click()
    page.get_by_label("Название сделки").fill("Ткани")
    amount = page.get_by_label("Сумма, ₽ (если известна)")
    amount.fill("много")
    amount.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Сумма — это число, например 12 500,50")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Добавить сделку")).to_be_focused()
