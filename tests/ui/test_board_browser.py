"""The board in a real browser: people drag, type and look at it from two desks."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.browsing import Desk
from tests.ui.people import PDF
from tests.ui.stories import FILLED, call, upload

Sit = Callable[..., Desk]
QUOTES = "/boards/fulfilment.quote"
XSS = '<img src=x onerror="window.hacked=1">{{ 7*7 }}<script>window.hacked=1</script>'


def deal(page: Page, **body: Any) -> dict[str, Any]:
    """A quote deal with a title of its own."""
    body.setdefault("title", f"Сделка {uuid.uuid4().hex[:8]}")
    return call(page, "POST", "/api/deals", {"pipeline": "fulfilment.quote", **body})


def board(desk: Desk, *deals: dict[str, Any], path: str = QUOTES) -> Page:
    """The board, once all the deals are on it; the search leaves out what other tests do."""
    words = deals[0]["title"] if len(deals) == 1 else ""
    page = desk.open(f"{path}?text={words}" if words else path)
    for one in deals:
        card(page, one).wait_for()
    return page


def own_deal(desk: Sit, **body: Any) -> tuple[Page, dict[str, Any]]:
    """A salesperson's board with a new deal, and the deal."""
    sales = desk("sales")
    one = deal(sales.page, **body)
    return board(sales, one), one


def card(page: Page, one: dict[str, Any], stage: str = "") -> Locator:
    """The deal's card, wherever it is or in this column."""
    column = f"[data-column='{stage}'] " if stage else ""
    return page.locator(f"{column}.vb-card[data-id='{one['id']}']")


def drag(page: Page, what: Locator, where: Locator) -> None:
    """By mouse, as a hand does: press, move, wait, let go."""
    grip = what.bounding_box()
    assert grip
    page.mouse.move(grip["x"] + 60, grip["y"] + 14)
    page.mouse.down()
    page.mouse.move(grip["x"] + 75, grip["y"] + 30, steps=4)
    page.locator(".vb--dragging").wait_for()
    page.locator(".vb-zones--shown").wait_for()
    where.wait_for(state="visible")
    place = where.bounding_box()
    assert place
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + min(place["height"] / 2, 120), steps=12)
    where.locator(".vb-ghost").wait_for(state="attached")
    page.mouse.up()


def cards(page: Page, stage: str) -> Locator:
    return page.locator(f"[data-column='{stage}'] .vb-cards")


def zone(page: Page, title: str) -> Locator:
    return page.locator(".vb-zone", has_text=title).locator("ul")


def test_a_card_says_what_one_needs_to_know(desk: Sit) -> None:
    sales = desk("sales")
    one = deal(sales.page, amount="1250000", company={"name": "ООО «Ромашка»", "contract_signed": True})
    seen = card(board(sales, one), one)
    for words in (one["title"], "ООО «Ромашка»", "Соколова М.", "Ничего не запланировано"):
        expect(seen).to_contain_text(words)
    expect(seen.locator(".vb-amount")).to_have_text("1\u00a0250\u00a0000\u00a0₽")
    expect(seen.get_by_title("Договор заключён")).to_be_visible()


def test_a_dragged_card_moves_and_the_other_desk_sees_who_did_it(desk: Sit) -> None:
    sales, head = desk("sales"), desk("head")
    one = deal(sales.page, fields=FILLED)
    mine, theirs = board(sales, one), board(head, one)
    drag(mine, card(mine, one), cards(mine, "prepare_offer"))
    expect(card(mine, one, "prepare_offer")).to_be_visible()
    expect(card(theirs, one, "prepare_offer")).to_be_visible()
    expect(card(theirs, one).locator(".vb-by")).to_have_text("Соколова М.")
    expect(card(theirs, one)).to_contain_text("Сформировать КП")
    assert call(mine, "GET", f"/api/deals/{one['id']}")["stage"] == "prepare_offer"


def test_a_refused_card_goes_back_and_the_dialog_asks_for_just_what_is_missing(desk: Sit) -> None:
    page, one = own_deal(desk, fields={"contact_name": "Иван"})
    drag(page, card(page, one), cards(page, "prepare_offer"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Сформировать КП")
    expect(card(page, one, "new")).to_be_visible()
    expect(dialog.get_by_label("Контактное лицо")).to_have_count(0)
    dialog.get_by_label("Телефон контактного лица").fill("+7 999 000-00-00")
    dialog.get_by_role("button", name="Перевести").click()
    expect(dialog).to_contain_text("Запрос клиента")  # still missing: told, and what was written stays
    expect(dialog.get_by_label("Телефон контактного лица")).to_have_value("+7 999 000-00-00")
    dialog.get_by_label("Запрос клиента").fill("200 коробок")
    dialog.get_by_role("button", name="Перевести").click()
    expect(card(page, one, "prepare_offer")).to_be_visible()
    expect(dialog).to_have_count(0)
    fields = call(page, "GET", f"/api/deals/{one['id']}")["fields"]
    assert fields == {"contact_name": "Иван", "contact_phone": "+7 999 000-00-00", "request": "200 коробок"}


def test_a_file_and_an_employee_are_filled_in_the_dialog(desk: Sit) -> None:
    page, one = own_deal(desk, fields=FILLED)
    drag(page, card(page, one), cards(page, "approve_offer"))
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files({**PDF, "name": "кп.pdf"})
    expect(dialog.locator(".pill", has_text="кп.pdf")).to_be_visible()
    expect(dialog.get_by_label("Ответственный сотрудник за согласование КП")).to_have_value(
        "Дорохова Анна Сергеевна"
    )
    dialog.get_by_role("button", name="Перевести").click()
    expect(card(page, one, "approve_offer")).to_be_visible()
    held = call(page, "GET", f"/api/deals/{one['id']}")["fields"]
    assert (held["offer_file"]["name"], held["offer_approver"]) == ("кп.pdf", "director")


def test_a_shut_gate_is_told_in_words(desk: Sit) -> None:
    sales = desk("sales")
    one = deal(sales.page, fields={**FILLED, "offer_file": upload(sales.page), "offer_approver": "director"})
    call(sales.page, "POST", f"/api/deals/{one['id']}/move", {"to": "approve_offer"})
    page = board(sales, one)
    drag(page, card(page, one), cards(page, "agree_with_client"))
    expect(page.get_by_role("dialog")).to_contain_text("КП ещё не согласовано")
    page.get_by_role("button", name="Понятно").click()
    expect(card(page, one, "approve_offer")).to_be_visible()


def test_a_lost_deal_asks_for_the_reason(desk: Sit) -> None:
    page, one = own_deal(desk, fields=FILLED)
    drag(page, card(page, one), zone(page, "Отказ КП"))
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Закрыть сделку").click()
    expect(dialog.get_by_role("alert").first).to_contain_text("причину")
    dialog.get_by_label("Причина").fill("Дорого")
    dialog.get_by_role("button", name="Закрыть сделку").click()
    expect(card(page, one)).to_have_count(0)  # closed deals are folded away
    page.get_by_role("button", name=re.compile("Закрытые")).click()
    expect(card(page, one, "refused")).to_be_visible()
    assert call(page, "GET", f"/api/deals/{one['id']}")["reason"] == "Дорого"
    card(page, one).get_by_role("button").click()  # and back into work
    page.get_by_role("menuitem", name="Новая заявка на просчет заказа").click()
    expect(card(page, one, "new")).to_be_visible()


def test_a_move_is_undone_by_the_toast_and_by_the_keyboard(desk: Sit) -> None:
    page, one = own_deal(desk, fields=FILLED)
    for by_mouse in (True, False):
        drag(page, card(page, one), cards(page, "prepare_offer"))
        expect(page.locator(".undo-toast")).to_contain_text("Переведено на этап «Сформировать КП»")
        expect(page.get_by_role("button", name="Отменить")).to_be_visible()
        if by_mouse:
            page.get_by_role("button", name="Отменить").click()
        else:
            page.keyboard.press("Control+z")
        expect(card(page, one, "new")).to_be_visible()
        expect(page.locator(".undo-toast")).to_contain_text("Возвращено")


def test_everything_can_be_done_by_the_keyboard(desk: Sit) -> None:
    page, one = own_deal(desk, fields=FILLED)
    page.keyboard.press("ArrowDown")
    expect(card(page, one).get_by_role("link")).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    expect(card(page, one, "prepare_offer").get_by_role("link")).to_be_focused()
    page.keyboard.press("KeyM")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Новая заявка на просчет заказа")).to_be_focused()
    page.keyboard.press("Enter")
    expect(card(page, one, "new").get_by_role("link")).to_be_focused()
    page.keyboard.press("Shift+Slash")
    expect(page.get_by_role("dialog", name="Клавиши")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Клавиши")).to_be_hidden()
    page.keyboard.press("Slash")
    expect(page.get_by_role("searchbox", name="Название, клиент, ответственный")).to_be_focused()
    page.keyboard.press("Escape")
    card(page, one).get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/deals/{one['id']}")


def test_letters_work_in_the_russian_layout(desk: Sit) -> None:
    page, one = own_deal(desk)
    page.keyboard.press("ArrowDown")
    expect(card(page, one).get_by_role("link")).to_be_focused()
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ь', code: 'KeyM', bubbles: true}))"
    )
    expect(page.get_by_role("menu")).to_be_visible()


def test_a_deal_is_added_by_its_title_and_shown_as_text_whatever_it_is(desk: Sit) -> None:
    sales, head = desk("sales"), desk("head")
    page, other = board(sales), board(head)
    title = f"{XSS} {uuid.uuid4().hex[:6]}"
    page.keyboard.press("KeyN")
    page.get_by_label("Название сделки").fill(title)
    page.get_by_label("Сумма").fill("1 500,50")
    page.keyboard.press("Enter")
    for seen in (page, other):
        found = seen.locator(".vb-card", has_text=title)
        expect(found.locator(".vb-link")).to_have_text(title)
        expect(found.locator(".vb-amount")).to_have_text("1\u00a0500,50\u00a0₽")
        assert seen.evaluate("window.hacked") is None
    expect(page.get_by_label("Название сделки")).to_be_focused()  # for the next one
    expect(page.get_by_label("Название сделки")).to_have_value("")
    page.keyboard.press("Escape")
    page.locator(".vb-card", has_text=title).get_by_role("button").click()
    page.get_by_role("menuitem", name="Сформировать КП").click()
    expect(page.get_by_role("dialog")).to_contain_text(title)
    assert page.evaluate("window.hacked") is None


def test_filters_stand_in_the_address(desk: Sit) -> None:
    sales = desk("sales")
    mark = uuid.uuid4().hex[:8]
    mine = deal(sales.page, title=f"Моя {mark}", company={"name": f"ООО «{mark}»"})
    theirs = deal(sales.page, title=f"Чужая {mark}", responsible="head")
    page = board(sales, mine, theirs)
    page.get_by_role("searchbox", name="Название").fill(mark)
    expect(page.locator(".vb-card")).to_have_count(2)
    page.get_by_role("button", name=re.compile("^Мои")).click()
    expect(page.locator(".vb-card")).to_have_count(1)
    expect(page).to_have_url(re.compile(f"mine=1&text={mark}|text={mark}&mine=1"))
    page.reload()
    expect(page.locator(".vb-card")).to_have_count(1)
    page.get_by_role("button", name="Сбросить").click()
    page.get_by_role("button", name="Компания").click()
    page.get_by_role("searchbox", name="Найти").fill(mark)
    page.keyboard.press("Enter")
    expect(page.locator(".vb-card")).to_have_count(1)
    expect(card(page, mine)).to_be_visible()
    page.get_by_role("button", name="Сбросить", exact=True).click()
    page.get_by_role("searchbox", name="Название").fill("такой нет")
    expect(page.get_by_text("Под этот отбор ничего не подходит.")).to_be_visible()


def test_a_stale_screen_shows_where_the_deal_really_is(desk: Sit) -> None:
    sales, head = desk("sales"), desk("head")
    mark = uuid.uuid4().hex[:8]
    one, other = (deal(sales.page, title=f"{name} {mark}", fields=FILLED) for name in ("Одна", "Другая"))
    told: list[str] = []
    sales.page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: told.append(str(frame)))
    )
    page = board(sales, one, other, path=f"{QUOTES}?text={mark}")
    what = card(page, one).bounding_box()
    assert what
    page.mouse.move(what["x"] + 60, what["y"] + 14)
    page.mouse.down()
    page.mouse.move(what["x"] + 75, what["y"] + 30, steps=4)
    page.locator(".vb-zones--shown").wait_for()
    for moved in (other, one):  # while the card is in the hand
        call(head.page, "POST", f"/api/deals/{moved['id']}/move", {"to": "prepare_offer"})
        while not any(moved["id"] in frame and "prepare_offer" in frame for frame in told):
            page.wait_for_timeout(20)
    page.evaluate("new Promise(requestAnimationFrame)")
    assert card(page, other, "new").count() == 1  # the page was told, but nothing moves while one drags
    place = cards(page, "approve_offer").bounding_box()
    assert place
    page.mouse.move(place["x"] + 120, place["y"] + 60, steps=12)
    cards(page, "approve_offer").locator(".vb-ghost").wait_for()
    page.mouse.up()
    expect(page.locator(".q-notification__message", has_text="Сделка уже на стадии")).to_be_visible()
    for moved in (one, other):
        expect(card(page, moved, "prepare_offer")).to_be_visible()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_on_a_phone_a_card_is_moved_by_its_menu(desk: Sit, language: str) -> None:
    sales = desk(
        "sales", language=language, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    one = deal(sales.page, fields=FILLED)
    page = board(sales, one)
    card(page, one).get_by_role("button").tap()
    page.get_by_role("menuitem", name={"ru": "Сформировать КП", "en": "Prepare the offer"}[language]).tap()
    expect(card(page, one, "prepare_offer")).to_have_count(1)
    page.locator(".vb-tabs button", has_text={"ru": "Сформировать", "en": "Prepare"}[language]).tap()
    expect(card(page, one, "prepare_offer")).to_be_in_viewport()


def test_a_board_without_a_connection_says_so_and_tries_again(desk: Sit) -> None:
    sales = desk("sales")
    page = sales.page
    page.route("**/api/pipelines/*/board", lambda route: route.abort())
    sales.open(QUOTES)
    expect(page.get_by_role("alert")).to_contain_text("не удалось загрузить")
    page.unroute("**/api/pipelines/*/board")
    page.get_by_role("button", name="Попробовать ещё раз").click()
    expect(page.locator(".vb-column").first).to_be_visible()
    sales.complaints.clear()  # the browser tells of the call that was cut off
