"""The first story in the browser: from a question about a price to goods delivered, through five pipelines.

Sales and the director sit at desks, the lawyer too, the warehouse has a phone. Nobody reloads a page: what one does,
the others see.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.companies import new_inn
from tests.ui.browsing import Desk
from tests.ui.people import LONG, dialog, fill, follow, here, move, press_stage, section, take_photo
from tests.ui.test_board_browser import drag

Sit = Callable[..., Desk]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.mark.timeout(420)  # five pipelines, four people
def test_a_client_from_the_first_call_to_delivered_goods(desk: Sit) -> None:
    name = f"Посуда {uuid.uuid4().hex[:6]}"
    sales = desk("sales").open("/boards/fulfilment.quote")
    director, lawyer = desk("director").open("/"), desk("lawyer").open("/")
    phone = desk("warehouse", **PHONE).open("/")
    begin_a_quote(sales, name)
    agree_the_offer(sales, director)
    quote = sales.url
    sign_the_contract(sales, lawyer)
    sales.goto(quote)
    receive_the_goods(sales, phone)
    process_the_goods(sales, phone)
    ship_the_goods(sales, phone)
    expect(sales.get_by_text("Успешно", exact=True)).to_be_visible()
    expect(section(sales, "История")).to_contain_text("Груз доставлен")


def begin_a_quote(sales: Page, name: str) -> None:
    """By the keyboard and the mouse: a card on the board, dragged on, asked for what it lacks."""
    sales.keyboard.press("KeyN")
    sales.keyboard.type(name)
    sales.keyboard.press("Enter")
    card = sales.locator(".vb-card", has_text=name)
    expect(card).to_be_visible()
    sales.keyboard.press("Escape")
    drag(sales, card, sales.locator("[data-column='prepare_offer'] .vb-cards"))
    asked = dialog(sales)
    expect(asked.get_by_label("Контактное лицо")).to_be_focused()
    sales.keyboard.type("Иван")
    fill(asked, {"Телефон контактного лица": "+7 999 000-00-00", "Запрос клиента": "200 коробок"}, {})
    sales.keyboard.press("Control+Enter")
    expect(sales.locator("[data-column='prepare_offer'] .vb-card", has_text=name)).to_be_visible()
    sales.locator(".vb-card", has_text=name).get_by_role("link").click()
    expect(here(sales)).to_have_text("Сформировать КП")
    name_the_client(sales)


def name_the_client(sales: Page) -> None:
    sales.get_by_role("button", name="Изменить: Клиент").click()
    asked = dialog(sales)
    inn = new_inn()
    asked.get_by_role("button", name="Новая компания").click()
    fill(asked, {"Название компании": "ООО «Ромашка»", "ИНН": inn}, {})
    asked.get_by_role("button", name="Создать компанию").click()
    expect(asked.get_by_label("Компания", exact=True)).to_have_value(f"ООО «Ромашка» · {inn}")
    asked.get_by_role("button", name="Сохранить").click()
    expect(sales.get_by_text("Договора нет")).to_be_visible()


def agree_the_offer(sales: Page, director: Page) -> None:
    """The director's list fills by itself; the sales card tells of the decision by itself."""
    move(sales, "Согласовать КП с ГД", "Коммерческое предложение (КП)")
    expect(section(sales, "Чего ждёт эта сделка")).to_contain_text("Согласовать КП» — Дорохова")
    row = waiting(director, sales)
    expect(row).to_contain_text("Согласовать КП")
    row.get_by_role("button", name="Завершить").click()
    asked = dialog(director)
    asked.get_by_role("radio", name="Согласовано").click()
    asked.get_by_role("button", name="Завершить").click()
    expect(row).to_have_count(0)
    expect(section(sales, "История")).to_contain_text("Завершена задача «Согласовать КП»: Согласовано")
    move(sales, "Согласовать КП с клиентом")
    move(sales, "КП с клиентом согласовано")


def sign_the_contract(sales: Page, lawyer: Page) -> None:
    """The lawyer checks the counterparty from the task's page; the sales card moves on before everybody's eyes."""
    follow(sales, "Заключить договор с новым клиентом")
    press_stage(sales, "Проверить контрагента")
    dialog(sales).get_by_role("button", name="Перевести").click()
    expect(here(sales)).to_have_text("Проверить контрагента")
    row = waiting(lawyer, sales)
    row.get_by_role("link", name="Проверить контрагента").click()
    lawyer.get_by_role("button", name="Завершить задачу").click()
    asked = dialog(lawyer)
    asked.get_by_role("radio", name="Контрагент прошел проверку").click()
    fill(asked, {"Комментарий или результат": "Замечаний нет"}, {})
    asked.get_by_role("button", name="Завершить").click()
    expect(lawyer.get_by_text("Завершена: Контрагент прошел проверку")).to_be_visible()
    expect(here(sales)).to_have_text("Сформировать договор")
    expect(section(sales, "История")).to_contain_text("Замечаний нет")
    expect(sales.get_by_role("link", name="Договор № ").first).to_be_visible(timeout=LONG)  # made by itself
    move(sales, "Направить договор клиенту")
    move(sales, "Договор подписан", "Подписанный договор")
    expect(sales.get_by_text("Договор заключён", exact=True)).to_be_visible()


def receive_the_goods(sales: Page, phone: Page) -> None:
    """The warehouse works from the phone: starts the clock, ticks, takes a photo, finishes."""
    expect(sales.get_by_text("Договор заключён", exact=True)).to_be_visible()
    follow(sales, "Заявка на приемку товара")
    goods = {"Товары": "Посуда", "Ожидаемая дата поступления": "01.03.2027"}
    move(sales, "Направить заявку на склад", **goods)
    waiting(phone, sales).get_by_role("link", name="Принять товар").tap()
    phone.get_by_role("button", name="Начать работу").tap()
    expect(phone.get_by_role("button", name="Остановить")).to_be_visible()
    expect(section(sales, "История")).to_contain_text("Начата работа «Принять товар»")
    for item in ("Принять товар", "Пересчитать товар", "Приложить файл пересчета"):
        phone.get_by_role("checkbox", name=item).tap()
    expect(section(sales, "Задачи")).to_contain_text("3/3")
    report_and_finish(phone, sales, "пересчет.jpg", "Всё на месте")
    move(sales, "Согласовать с клиентом данные пересчета")
    move(sales, "Направить клиенту счет за приемку и хранение")
    move(sales, "Ожидаем оплату по счету", "Счет", Сумма="25 000")
    move(sales, "Заявка закрыта")


def process_the_goods(sales: Page, phone: Page) -> None:
    """Samples first, then the whole lot."""
    follow(sales, "Заявка на обработку товара")
    move(sales, "Направить заявку на склад", **{"Заявка клиента на обработку": "По две в коробку"})
    open_from_day(phone, sales, "Обработать товар")
    move(sales, "Направить фото образца на упаковку клиенту")
    move(sales, "Образцы для упаковки утверждены", "Фото и видео образцов")
    press_stage(sales, "Согласовать с клиентом пересчет обработанного товара")
    expect(dialog(sales)).to_contain_text("Склад ещё не завершил обработку")
    sales.keyboard.press("Escape")
    expect(dialog(sales)).to_have_count(0)
    report_and_finish(phone, sales, "обработка.jpg", "Готово")
    move(sales, "Согласовать с клиентом пересчет обработанного товара")
    move(sales, "Выставить счет на оплату за обработку")
    move(sales, "Ожидаем оплату по счету", "Счет", Сумма="18 000")
    move(sales, "Процесс работы с заявкой на обработку завершен")


def ship_the_goods(sales: Page, phone: Page) -> None:
    """Nothing leaves before it is paid for; the phone learns of the payment by itself."""
    follow(sales, "Заявка на отгрузку товара")
    move(sales, "Направить заявку на склад", **{"Куда отгрузить": "Казань"})
    open_from_day(phone, sales, "Отгрузить товар")
    shut = phone.get_by_text("Отгружать товар можно только после оплаты")
    expect(shut).to_be_visible()
    report_with_photo(phone, "перечень.jpg", "Собрали")
    expect(section(sales, "Данные сделки")).to_contain_text("перечень.jpg")
    move(sales, "Направить клиенту счет на оплату")
    move(sales, "Заявка оплачена", "Счет", Сумма="7 000")
    expect(phone.get_by_text("Счёт клиентом оплачен, можно отгружать товар.")).to_be_visible()
    expect(shut).to_have_count(0)
    report_and_finish(phone, sales, "отгрузка.jpg", "Отгрузили")
    move(sales, "Товар отгружен")
    move(sales, "Направить клиенту документы", "Закрывающие документы")
    move(sales, "Груз доставлен", "Подписанные документы")


def waiting(page: Page, sales: Page) -> Locator:
    """The line of somebody's day that is about the deal on the sales desk."""
    deal = sales.url.rpartition("/")[2]
    return page.locator(".day-row").filter(has=page.locator(f"a[href='/deals/{deal}']"))


def open_from_day(phone: Page, sales: Page, task: str) -> None:
    """From whichever page the phone shows, home and into the task that has come."""
    phone.get_by_role("link", name="Воронка").tap()
    row = waiting(phone, sales)
    expect(row).to_be_visible(timeout=LONG)
    row.get_by_role("link", name=task).tap()
    expect(phone.get_by_role("heading", name=task)).to_be_visible()


def report_with_photo(phone: Page, photo: str, words: str) -> None:
    """A photo and words as the task's result."""
    take_photo(phone, photo)
    phone.get_by_label("Напишите, что сделано").fill(words)
    phone.get_by_role("button", name="Отправить").tap()
    expect(phone.get_by_role("link", name=photo)).to_be_visible()
    expect(phone.get_by_label("Напишите, что сделано")).to_have_value("")


def report_and_finish(phone: Page, sales: Page, photo: str, words: str) -> None:
    """The result is there, so nothing is asked; the sales desk sees the photo and no open task."""
    report_with_photo(phone, photo, words)
    phone.get_by_role("button", name="Завершить задачу").tap()
    expect(phone.get_by_text("Завершена", exact=True)).to_be_visible()
    expect(section(sales, "Задачи")).to_contain_text("Открытых задач нет")
    expect(section(sales, "Данные сделки")).to_contain_text(photo)
