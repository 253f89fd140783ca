"""A press that meets a redraw: what the person saw and pressed is carried out, once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.ui.browsing import Desk
from tests.ui.stories import call

Sit = Callable[..., Desk]


class Wire:
    """A page's socket. While it is held, presses stay on their way."""

    def __init__(self, page: Page) -> None:
        self._held: deque[Callable[[], None]] | None = None
        page.route_web_socket("**/_nicegui_ws/**", self._join)

    def _join(self, browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if self._held is not None and '"event"' in str(message):
                self._held.append(lambda: server.send(message))
            else:
                server.send(message)

        browser.on_message(pass_on)

    @contextmanager
    def held(self) -> Iterator[deque[Callable[[], None]]]:
        """Until the end of the block presses do not arrive, unless those that it gives are let go one by one."""
        held = self._held = deque()
        yield held
        assert held, "nothing was pressed"
        self._held = None
        while held:
            held.popleft()()


def receiving(page: Page) -> str:
    """The warehouse's task to receive goods, newly asked for."""
    goods = {"goods": "Посуда", "expected_date": "2099-03-01", "warehouse_employee": "warehouse"}
    body = {"pipeline": "fulfilment.receiving", "company": {"name": "ООО «Ель»"}, "fields": goods}
    deal = call(page, "POST", "/api/deals", body)["id"]
    card = call(page, "POST", f"/api/deals/{deal}/move", {"to": "send_to_warehouse"})
    return str(next(one["id"] for one in card["tasks"] if one["key"] == "receive_goods"))


def test_a_press_counts_though_the_page_was_drawn_anew_meanwhile(desk: Sit) -> None:
    sales, warehouse = desk("sales").open("/"), desk("warehouse")
    task = receiving(sales)
    wire = Wire(warehouse.page)
    page = warehouse.open("/")
    row = page.locator(".day-row").filter(has=page.locator(f"a[href='/tasks/{task}']"))
    expect(row).to_be_visible()
    with wire.held():
        row.get_by_role("button", name="Завершить").click()
        other = receiving(sales)  # the list is drawn anew
        expect(page.locator(f".day-row a[href='/tasks/{other}']")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("Нужен файл с результатом.")


def test_a_double_press_counts_once_though_the_first_half_draws_the_page_anew(desk: Sit) -> None:
    sales, warehouse = desk("sales").open("/"), desk("warehouse")
    deal = receiving(sales).rpartition(".")[0]
    wire = Wire(warehouse.page)
    page = warehouse.open(f"/deals/{deal}")
    call(sales, "POST", f"/api/deals/{deal}/tasks", {"title": "Подмести", "assignee": "warehouse"})
    task = page.get_by_role("article").filter(has_text="Подмести")
    with wire.held() as presses:
        task.get_by_role("button", name="Завершить").click(click_count=2)
        expect(task).to_be_visible()
        presses.popleft()()
        expect(task).to_have_count(0)
    page.get_by_label("Комментарий").fill("Подмёл")
    page.get_by_role("button", name="Отправить").click()  # is answered after the second half
    expect(page.locator(".timeline li", has_text="Подмёл")).to_be_visible()
    assert "уже закрыта" not in " ".join(page.locator(".q-notification__message").all_inner_texts())


def test_ticks_follow_each_other_faster_than_the_page_learns_of_them(desk: Sit) -> None:
    sales, warehouse = desk("sales").open("/"), desk("warehouse")
    task = receiving(sales)
    wire = Wire(warehouse.page)
    page = warehouse.open(f"/tasks/{task}")
    with wire.held() as presses:
        for item in ("Принять товар", "Пересчитать товар", "Приложить файл пересчета"):
            page.get_by_role("checkbox", name=item).focus()
            page.keyboard.press("Space")
        presses.popleft()()
        expect(page.locator(".task-checklist")).to_contain_text("1/3")
    expect(page.locator(".task-checklist")).to_contain_text("3/3")
    expect(page.get_by_role("checkbox", name="Приложить файл пересчета")).to_be_focused()
