"""The deal's card in a real browser: keys, focus, half-typed words, and approvals decided by several people."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests.ui.browsing import Desk
from tests.ui.people import LONG, PDF, closes, dialog, fill, here, press_stage, section
from tests.ui.stories import FILLED, call, upload

Sit = Callable[..., Desk]


def quote(page: Page, **body: Any) -> str:
    """The path of a new deal's card."""
    card = call(page, "POST", "/api/deals", {"pipeline": "fulfilment.quote", **body})
    return f"/deals/{card['id']}"


def comments(page: Page) -> list[str]:
    """What was said in the timeline of the card that is open, newest first."""
    deal = page.url.rpartition("/")[2]
    items = call(page, "GET", f"/api/deals/{deal}/timeline")["items"]
    return [item["data"]["text"] for item in items if item["type"] == "commented"]


def test_a_half_typed_comment_outlives_a_reload(desk: Sit) -> None:
    sales = desk("sales")
    page = sales.open(quote(sales.page))
    field = page.get_by_role("textbox", name="Комментарий")
    field.press_sequentially("Клиент просил")
    page.reload()
    expect(field).to_have_value("Клиент просил")
    field.press("End")
    field.press_sequentially(" скидку")
    field.press("Control+Enter")
    expect(section(page, "История")).to_contain_text("Клиент просил скидку")
    expect(field).to_have_value("")
    page.reload()
    expect(section(page, "История")).to_contain_text("Клиент просил скидку")
    expect(field).to_have_value("")
    assert comments(page) == ["Клиент просил скидку"]


def test_a_dialog_takes_the_cursor_and_obeys_enter_and_escape(desk: Sit) -> None:
    sales = desk("sales")
    page = sales.open(quote(sales.page))
    amount = page.get_by_role("button", name="Изменить: Сумма")
    amount.click()
    expect(dialog(page).get_by_label("Сумма")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    amount.click()
    expect(dialog(page).get_by_label("Сумма")).to_be_focused()
    page.keyboard.type("12 500")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_have_count(0)
    expect(amount).to_contain_text("12\u00a0500\u00a0₽")


def test_a_field_takes_the_cursor_and_escape_leaves_it_as_it_was(desk: Sit) -> None:
    sales = desk("sales")
    page = sales.open(quote(sales.page, fields={"request": "200 коробок"}))
    data = section(page, "Данные сделки")
    data.get_by_role("button", name="Изменить: Запрос клиента").click()
    field = data.get_by_role("textbox", name="Запрос клиента")
    expect(field).to_be_focused()
    field.press_sequentially(" и ещё")
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(data).to_contain_text("200 коробок")
    data.get_by_role("button", name="Изменить: Запрос клиента").click()
    field.fill("300 коробок")
    page.keyboard.press("Control+Enter")
    expect(field).to_have_count(0)
    expect(data).to_contain_text("300 коробок")


def test_a_double_click_does_it_once(desk: Sit) -> None:
    sales = desk("sales")
    page = sales.open(quote(sales.page))
    page.get_by_role("textbox", name="Комментарий").fill("Раз")
    page.get_by_role("button", name="Отправить").dblclick()
    expect(section(page, "История")).to_contain_text("Раз")
    page.get_by_role("button", name="Поставить задачу").dblclick()
    asked = dialog(page)
    expect(asked).to_have_count(1)
    fill(asked, {"Что сделать": "Позвонить"}, {})
    asked.get_by_role("button", name="Поставить").dblclick()
    expect(asked).to_have_count(0)
    expect(section(page, "Задачи").get_by_role("link", name="Позвонить")).to_have_count(1)
    assert comments(page) == ["Раз"]


def send_slowly(page: Page, field: Locator) -> Route:
    """Chooses a document for the field; it is on its way until the route that is given back lets it go on."""
    held: list[Route] = []
    page.route("**/upload/*", lambda route: held.append(route))
    field.locator("input[type=file]").set_input_files(PDF)
    while not held:
        page.wait_for_timeout(10)  # the driver calls back meanwhile
    return held.pop()


def test_a_press_waits_for_the_file_that_is_still_on_its_way(desk: Sit) -> None:
    sales = desk("sales")
    page = sales.open(quote(sales.page, fields=FILLED))
    press_stage(page, "Согласовать КП с ГД")
    asked = dialog(page)
    file = send_slowly(page, asked)
    button = asked.get_by_role("button", name="Перевести")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click()  # impatience changes nothing
    file.continue_()
    closes(asked)
    expect(here(page)).to_have_text("Согласовать КП с ГД")
    expect(section(page, "Данные сделки")).to_contain_text("документ.pdf")


def test_a_comment_takes_its_file_along(desk: Sit) -> None:
    sales = desk("sales")
    page = sales.open(quote(sales.page))
    feed = section(page, "История")
    file = send_slowly(page, feed)
    page.get_by_role("textbox", name="Комментарий").fill("Вот файл")
    page.get_by_role("textbox", name="Комментарий").press("Control+Enter")
    expect(feed.get_by_role("button", name="Отправить")).to_have_attribute("aria-busy", "true")
    file.continue_()
    expect(feed.get_by_role("link", name="документ.pdf")).to_be_visible()
    assert comments(page) == ["Вот файл"]


def awaiting_approval(page: Page) -> str:
    """The path of a sale whose documents the director, and after them others, are to approve."""
    company = {"name": "ООО «Вереск»", "inn": "7707083893"}
    body = {
        "pipeline": "sales_1c.sale",
        "amount": "600000",
        "company": company,
        "title": uuid.uuid4().hex[:8],
    }
    deal = call(page, "POST", "/api/deals", body)["id"]
    files = {"contract_file": upload(page), "invoice_file": upload(page), "offer_file": upload(page)}
    fields = {
        **files, "priority": "A", "delivery_term": "10 дней", "payment_type": "prepaid", "offer_status": "agreed"
    }  # fmt: skip
    call(page, "PATCH", f"/api/deals/{deal}", {"fields": fields})
    for stage in ("in_work", "offer", "contract"):
        card = call(page, "POST", f"/api/deals/{deal}/move", {"to": stage})
    task = next(task["id"] for task in card["tasks"] if task["key"] == "submit_for_approval")
    call(page, "POST", f"/api/tasks/{task}/finish")
    return f"/deals/{deal}"


@pytest.mark.timeout(300)
def test_an_approval_is_passed_on_approved_rejected_and_withdrawn(desk: Sit) -> None:
    sales, director, lawyer = desk("sales"), desk("director"), desk("lawyer")
    path = awaiting_approval(sales.page)
    mine, theirs, legal = sales.open(path), director.open(path), lawyer.open("/?kind=approval")
    approvals = section(mine, "Согласования")
    expect(approvals).to_contain_text("Дорохова Анна Сергеевна — ещё не решил(а)", timeout=LONG)
    expect(approvals.get_by_role("button", name="Согласовать")).to_have_count(0)
    section(theirs, "Согласования").get_by_role("button", name="Передать").click()
    asked = dialog(theirs)
    asked.get_by_label("Кому").fill("Громов")
    theirs.get_by_role("option", name="Громов Павел Андреевич").click()
    asked.get_by_role("button", name="Передать").click()
    expect(approvals).to_contain_text("Громов Павел Андреевич", timeout=LONG)
    head = desk("head").open(path)
    section(head, "Согласования").get_by_role("button", name="Согласовать").click()
    expect(approvals).to_contain_text("Громов Павел Андреевич — согласовал(а)", timeout=LONG)
    row = legal.locator(".day-row").filter(has=legal.locator(f"a[href='{path}']").first)
    expect(row).to_be_visible(timeout=LONG)
    row.get_by_role("button", name="Отклонить").click()
    fill(dialog(legal), {"Почему": "Нет печати"}, {})
    dialog(legal).get_by_role("button", name="Отклонить").click()
    expect(approvals).to_contain_text("«Нет печати»", timeout=LONG)
    expect(approvals).to_contain_text("Отклонено")
    expect(row).to_have_count(0)


def test_an_approval_is_withdrawn_by_whoever_asked(desk: Sit) -> None:
    sales = desk("sales")
    path = awaiting_approval(sales.page)
    page, legal = sales.open(path), desk("lawyer").open(path)
    approvals, theirs = section(page, "Согласования"), section(legal, "Согласования")
    expect(theirs).to_contain_text("ещё не решил(а)", timeout=LONG)
    expect(
        legal.get_by_text("«Согласование документов» — Дорохова Анна Сергеевна", exact=True)
    ).to_be_visible()
    expect(theirs.get_by_role("button")).to_have_count(0)
    approvals.get_by_role("button", name="Отозвать").click(timeout=LONG)
    expect(approvals).to_contain_text("Отозвано", timeout=LONG)
    expect(approvals.get_by_role("button", name="Отозвать")).to_have_count(0)


def test_a_file_that_takes_longer_is_not_broken_off(desk: Sit) -> None:
    sales = desk("sales")
    page = sales.open(quote(sales.page))
    uploads: list[Route] = []

    def the_first_alone(upload: Route) -> None:
        uploads.append(upload)
        if len(uploads) == 1:
            upload.continue_()

    page.route("**/upload/*", the_first_alone)
    timeline = section(page, "История")
    kept = timeline.get_by_role("button", name=re.compile("^Убрать "))
    photos: list[FilePayload] = [
        {"name": name, "mimeType": "image/jpeg", "buffer": b"x"} for name in ("fast.jpg", "slow.jpg")
    ]
    timeline.locator("input[type=file]").set_input_files(photos)
    expect(kept).to_have_count(1)
    uploads[1].continue_()
    expect(kept).to_have_count(2)
