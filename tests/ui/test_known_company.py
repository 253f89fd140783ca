"""A client who is known already is told by the INN, before a second one is made."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from nicegui import ui
from nicegui.testing import User
from nicegui.testing.user_interaction import UserInteraction
from playwright.sync_api import Page, expect

from tests.api.conftest import sales
from tests.api.helpers import open_quote
from tests.companies import new_inn
from tests.ui.browsing import Desk
from tests.ui.conftest import Visit
from tests.ui.hands import PATIENCE, named, press, press_plain, read, sees, sees_no, write
from tests.ui.people import closes, dialog, fill
from tests.ui.stories import call
from tests.ui.test_accessibility import findings
from tests.ui.test_board import ask

__all__ = ["sales"]
Sit = Callable[..., Desk]
INN, NAME = "ИНН (если известен)", "Название компании"


async def known(client: httpx.AsyncClient, name: str, inn: str, **fields: Any) -> str:
    answer = await client.post("/api/companies", json={"name": name, "inn": inn, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def with_inn(client: httpx.AsyncClient, inn: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/api/companies", params={"inn": inn})).json()["items"]
    return items


async def client_of(client: httpx.AsyncClient, card: dict[str, Any]) -> dict[str, Any]:
    company: dict[str, Any] = (await client.get(f"/api/deals/{card['id']}")).json()["company"]
    return company


async def begin(user: User, card: dict[str, Any]) -> None:
    """Opens the question who the client is, and the form for a new company."""
    await user.open(f"/deals/{card['id']}")
    await sees(user, "Изменить: Клиент, не указан")
    press_plain(user, "Изменить: Клиент, не указан")
    await sees(user, "Новая компания")
    press(user, "Новая компания")
    await sees(user, "Создать компанию")


async def test_a_known_inn_names_the_client_who_is_taken_instead(
    visit: Visit, sales: httpx.AsyncClient
) -> None:
    inn = new_inn()
    await known(sales, "АО «Ромашка», Тула", inn, kpp="710701001")
    signed = await known(sales, "ООО «Ромашка»", inn, contract_signed=True)
    card = await open_quote(sales)
    async with visit("sales") as user:
        await begin(user, card)
        write(user, INN, f"{inn[:4]} {inn[4:]}", ui.input)
        told = "Уже есть: ООО «Ромашка», договор заключён"
        await sees(user, told, "Уже есть: АО «Ромашка», Тула, КПП 710701001, договора нет")
        assert read(user).index(told) < read(user).index("Тула"), "who has a contract comes first"
        await sees_no(user, "Создать компанию")
        press(user, "Выбрать: ООО «Ромашка»")
        await sees(user, "Новая компания")
        await sees_no(user, told, "Создать ещё одну")
        press(user, "Сохранить")
        await sees(user, "Договор заключён")
    assert (await client_of(sales, card))["id"] == signed
    assert len(await with_inn(sales, inn)) == 2


async def test_it_is_told_in_english_too(visit: Visit, sales: httpx.AsyncClient) -> None:
    inn = new_inn()
    await known(sales, "Daisy Ltd", inn, contract_signed=True)
    await known(sales, "Daisy Ltd, Tula", inn, kpp="710701001")
    card = await open_quote(sales)
    async with visit("sales", "en") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Edit: Client, not known yet")
        press_plain(user, "Edit: Client, not known yet")
        await sees(user, "A new company")
        press(user, "A new company")
        write(user, "INN (if known)", inn, ui.input)
        await sees(user, "Known already: Daisy Ltd, contract signed", "Choose: Daisy Ltd")
        await sees(user, "Known already: Daisy Ltd, Tula, KPP 710701001, no contract", "Create another one")


async def test_a_branch_is_made_beside_the_known_company(visit: Visit, sales: httpx.AsyncClient) -> None:
    inn = new_inn()
    await known(sales, "ООО «Ромашка»", inn)
    card = await open_quote(sales)
    async with visit("sales") as user:
        await begin(user, card)
        write(user, NAME, "ООО «Ромашка», Тула", ui.input)
        write(user, INN, inn, ui.input)
        await sees(user, "Ещё одна компания с этим ИНН нужна, только если это филиал со своим КПП.")
        write(user, "КПП филиала", "710701001", ui.input)
        press(user, "Создать ещё одну")
        await user.should_see(f"ООО «Ромашка», Тула · {inn}/710701001", retries=PATIENCE)
        press(user, "Сохранить")
        await sees(user, "Договора нет")
    assert (await client_of(sales, card))["fields"] == {"inn": inn, "kpp": "710701001"}


async def test_who_presses_create_before_the_answer_is_told_first(
    visit: Visit, sales: httpx.AsyncClient
) -> None:
    inn = new_inn()
    await known(sales, "ООО «Ромашка»", inn)
    card = await open_quote(sales)
    async with visit("sales") as user:
        await begin(user, card)
        write(user, NAME, "Ромашка", ui.input)
        write(user, INN, inn, ui.input)
        press(user, "Создать компанию")  # nobody has answered yet
        await sees(user, "Уже есть: ООО «Ромашка», договора нет", "Создать ещё одну")
        assert [one["name"] for one in await with_inn(sales, inn)] == ["ООО «Ромашка»"]
        write(user, INN, new_inn(), ui.input)
        await sees(user, "Создать компанию")
        await sees_no(user, "Уже есть: ООО «Ромашка», договора нет", "Создать ещё одну")


async def test_a_strange_inn_is_told_and_taken_all_the_same(visit: Visit, sales: httpx.AsyncClient) -> None:
    inn = new_inn()
    wrong = inn[:9] + str((int(inn[9]) + 1) % 10)
    card = await open_quote(sales)
    async with visit("sales") as user:
        await begin(user, card)
        for written, hint in (
            (wrong, "Проверьте ИНН: контрольная цифра не сходится."),
            ("123", "В ИНН 10 цифр у организации и 12 у предпринимателя, здесь 3."),
        ):
            write(user, INN, written, ui.input)
            UserInteraction(user, {named(user, ui.input, INN)}, None).trigger("blur")
            await sees(user, hint)
        write(user, NAME, "Компания из-за рубежа", ui.input)
        press(user, "Создать компанию")
        await user.should_see("Компания из-за рубежа · 123", retries=PATIENCE)
        assert any("Компания создана. В ИНН 10 цифр" in said for said in user.notify.messages)


async def test_an_inn_that_a_move_asks_for_names_its_owner(visit: Visit, sales: httpx.AsyncClient) -> None:
    inn = new_inn()
    await known(sales, "ООО «Ромашка»", inn, contract_signed=True)
    body = {"pipeline": "fulfilment.contract", "company": {"name": "Ромашка"}}
    card = (await sales.post("/api/deals", json=body)).json()
    async with visit("sales") as user:
        await user.open("/boards/fulfilment.contract")
        ask(user, card, "check_counterparty")
        await sees(user, "ИНН компании *")
        write(user, "ИНН компании *", inn, ui.input)
        await sees(user, "Уже есть: ООО «Ромашка», договор заключён")
        await sees_no(user, "Выбрать: ООО «Ромашка»")


def romashka(page: Page, inn: str, **fields: Any) -> str:
    """The path of a quote that has no client yet; the company of this INN is known."""
    call(page, "POST", "/api/companies", {"name": "ООО «Ромашка»", "inn": inn, **fields})
    body = {"pipeline": "fulfilment.quote", "title": uuid.uuid4().hex[:8]}
    return f"/deals/{call(page, 'POST', '/api/deals', body)['id']}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_known_client_is_taken_without_a_mouse(desk: Sit, theme: str) -> None:
    sales, inn = desk("sales", color_scheme=theme), new_inn()
    page = sales.open(romashka(sales.page, inn, contract_signed=True))
    page.get_by_role("button", name="Изменить: Клиент").press("Enter")
    asked = dialog(page)
    asked.get_by_role("button", name="Новая компания").press("Enter")
    expect(asked.get_by_label(NAME)).to_be_focused()
    page.keyboard.type("Ромашка")
    page.keyboard.press("Tab")
    page.keyboard.type(inn)
    page.keyboard.press("Enter")  # neither the dialog's answer nor a second company
    told = asked.get_by_role("status").filter(has_text="Уже есть: ООО «Ромашка», договор заключён")
    expect(told).to_be_visible()
    expect(asked.get_by_role("button", name="Создать ещё одну")).to_be_visible()
    wrong = [one for one in findings(page) if not one.startswith("color-contrast")]
    assert wrong == []  # colours aside: axe takes what is dimmed behind a dialog for its background
    page.keyboard.press("Tab")
    expect(asked.get_by_role("button", name="Выбрать: ООО «Ромашка»")).to_be_focused()
    page.keyboard.press("Enter")
    chosen = asked.get_by_label("Компания", exact=True)
    expect(chosen).to_have_value(f"ООО «Ромашка» · {inn}")
    expect(chosen).to_be_focused()
    asked.get_by_role("button", name="Сохранить").click()
    closes(asked)
    expect(page.get_by_text("Договор заключён", exact=True)).to_be_visible()
    assert len(call(page, "GET", f"/api/companies?inn={inn}")["items"]) == 1


def test_another_company_with_the_inn_is_made_on_purpose(desk: Sit) -> None:
    sales, inn = desk("sales"), new_inn()
    page = sales.open(romashka(sales.page, inn))
    page.get_by_role("button", name="Изменить: Клиент").click()
    asked = dialog(page)
    asked.get_by_role("button", name="Новая компания").click()
    fill(asked, {NAME: "Филиал в Туле", INN: inn}, {})
    asked.get_by_label("КПП филиала").fill("710701001")
    asked.get_by_role("button", name="Создать ещё одну").click()
    expect(asked.get_by_label("Компания", exact=True)).to_have_value(f"Филиал в Туле · {inn}/710701001")


def test_the_list_of_companies_finds_an_inn_that_was_pasted_in_groups(desk: Sit) -> None:
    sales, inn = desk("sales"), new_inn()
    page = sales.open(romashka(sales.page, inn))
    page.get_by_role("button", name="Изменить: Клиент").click()
    asked = dialog(page)
    asked.get_by_label("Компания", exact=True).press_sequentially(f"{inn[:4]} {inn[4:7]} {inn[7:]}")
    page.get_by_role("option", name=f"ООО «Ромашка» · {inn}").click()
    expect(asked.get_by_label("Компания", exact=True)).to_have_value(f"ООО «Ромашка» · {inn}")
