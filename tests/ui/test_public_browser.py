"""Forms for clients, on a phone, through the address of the running product: no scripts, no sign-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.ui.attacking import Person
from tests.ui.test_accessibility import findings

LEAD = "/forms/prom2b.lead"
TITLES = {
    "ru": ("Заявка на оборудование", "Отправить", "Спасибо!"),
    "en": ("Ask for equipment", "Send", "Thank you!"),
}


@pytest.fixture(params=[("ru", "light"), ("en", "dark")], ids=["ru, light", "en, dark"])
def phone(request: pytest.FixtureRequest, browser: Browser, site_url: str) -> Iterator[tuple[Page, str]]:
    """A stranger's phone, and its language."""
    language, theme = request.param
    context = browser.new_context(
        base_url=site_url,
        locale={"ru": "ru-RU", "en": "en-GB"}[language],
        viewport={"width": 390, "height": 844},
        color_scheme=theme,
    )
    yield context.new_page(), language
    context.close()


def looks_well(page: Page, language: str) -> None:
    """In the reader's language, for everybody, and nowhere wider than the phone."""
    assert page.locator("html").get_attribute("lang") == language
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_client_asks_for_equipment(phone: tuple[Page, str]) -> None:
    page, language = phone
    title, send, thanks = TITLES[language]
    page.goto(LEAD)
    assert page.get_by_role("heading", name=title).is_visible()
    looks_well(page, language)
    page.locator("[name$=name]").first.fill("Иван")
    page.locator("[type=tel]").fill("+79990000000")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name=send).click()
    page.get_by_role("heading", name=thanks).wait_for()
    looks_well(page, language)


def test_a_client_gives_a_review_once(phone: tuple[Page, str], site_url: str) -> None:
    page, language = phone
    _, send, thanks = TITLES[language]
    sales = Person(site_url, "sales")
    deal = sales.api("POST", "/api/deals", {"pipeline": "fulfilment.quote", "title": "С отзывом"})
    link = sales.api("GET", f"/api/deals/{deal['id']}/review")["page"]
    page.goto(link)
    looks_well(page, language)
    page.get_by_label("5").check()
    page.locator("textarea").fill("Быстро и без ошибок")
    page.get_by_role("button", name=send).click()
    page.get_by_role("heading", name=thanks).wait_for()
    page.goto(link)
    page.get_by_role("heading", name=thanks).wait_for()


def test_a_link_that_is_none_says_so(phone: tuple[Page, str]) -> None:
    page, language = phone
    for path in ("/review/x.y", "/forms/none"):
        answer = page.goto(path)
        assert answer
        assert answer.status == 404
        looks_well(page, language)
