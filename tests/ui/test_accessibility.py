"""Every page can be used by people who do not see it, or see it badly: axe finds nothing serious."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.ui.browsing import Desk
from tests.ui.stories import busy_deal

Sit = Callable[..., Desk]
SERIOUS = ("serious", "critical")
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
PAGES = (
    "/", "/boards/fulfilment.quote", "/deals/{deal}", "/tasks/{deal}.{task}", "/pipelines/fulfilment.contract",
    "/search", "/reports", "/reports?report=deadlines", "/organisation", "/organisation?tab=calendar",
    "/organisation?tab=templates",
)  # fmt: skip


def findings(page: Page) -> list[str]:
    """What axe finds to be serious: the rule, and up to three places."""
    page.wait_for_timeout(300)  # colours that fade in are not judged half-way
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_shuts_anybody_out(desk: Sit, theme: str) -> None:
    sales = desk("sales", color_scheme=theme)
    card = busy_deal(sales.page)
    task = next(task["number"] for task in card["tasks"] if task["assignee"] == "warehouse")
    wrong: list[str] = []
    for pattern in PAGES:
        path = pattern.format(deal=card["id"], task=task)
        page = sales.open(path)
        page.locator("main").first.wait_for()
        wrong += [f"{pattern} {finding}" for finding in findings(page)]
    assert not wrong, "\n".join(wrong)


def test_the_sign_in_page_shuts_nobody_out(desk: Sit) -> None:
    page = desk("sales").open("/sign-in")
    assert findings(page) == []
