"""What people write is shown and never run, wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.ui.browsing import Desk
from tests.ui.stories import busy_deal, call

Sit = Callable[..., Desk]
CORPUS = (
    '<img src=x onerror="window.hacked=1">',
    "<script>window.hacked=1</script>",
    "\"><svg onload='window.hacked=1'>",
    "{{ constructor.constructor('window.hacked=1')() }}",
    "javascript:window.hacked=1",
    "${window.hacked=1}`;window.hacked=1;//",
    "</textarea><iframe srcdoc='<script>parent.hacked=1</script>'>",
    "[x](javascript:window.hacked=1) **b**",
    "' || (window.hacked=1) || '",
)
ALL = " ".join(CORPUS)
PLACES = (
    "/", "/boards/fulfilment.quote", "/deals/{deal}", "/tasks/{deal}.{task}", "/search", "/search?q={deal}",
    "/reports", "/reports?report=losses", "/organisation", "/pipelines/fulfilment.quote",
)  # fmt: skip


def poisoned(page: Page) -> dict[str, str]:
    """A deal with the corpus in every text a person may write."""
    fields = dict.fromkeys(("contact_name", "request", "goods"), ALL) | {"contact_phone": "+79990000000"}
    card = busy_deal(
        page,
        title=ALL[:290],
        company={"name": ALL[:290], "inn": "7707083893", "note": ALL},
        contact={"name": ALL, "phone": ALL, "email": ALL},
        source=ALL[:200],
        fields=fields,
    )
    address = f"/api/deals/{card['id']}"
    for one in CORPUS:
        call(page, "POST", f"{address}/comments", {"text": one})
    card = call(
        page, "POST", f"{address}/tasks", {"title": ALL[:290], "assignee": "sales", "description": ALL}
    )
    number = max(task["number"] for task in card["tasks"])
    call(page, "POST", f"/api/tasks/{card['id']}.{number}/comments", {"text": ALL})
    return {"deal": str(card["id"]), "task": str(number)}


def test_nothing_that_people_write_is_run(desk: Sit) -> None:
    sales = desk("sales")
    where = poisoned(sales.page)
    for place in PLACES:
        page = sales.open(place.format(**where))
        page.locator("main").first.wait_for()
        page.wait_for_timeout(200)  # an image that fails to load would call its handler by now
        assert page.evaluate("window.hacked") is None, place
        assert page.locator("main iframe, main img[src=x], main svg[onload]").count() == 0, place
    page = sales.open(f"/deals/{where['deal']}")
    assert page.get_by_text(CORPUS[0]).first.is_visible(), "it is shown as it was written"
