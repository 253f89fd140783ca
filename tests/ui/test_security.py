"""Open pages belong to whoever opened them: attacks from outside the browser, on the whole running product."""

from __future__ import annotations

import asyncio
import functools
import gc
import time
import warnings
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from nicegui import Client, core
from playwright.sync_api import Page
from socketio.exceptions import ConnectionError as Refused

from api.auth import SESSION_COOKIE
from tests.ui.attacking import FOREIGN, Person, socket
from tests.ui.browsing import Desk
from tests.ui.stories import busy_deal
from ui.security import UPLOADS

Sit = Callable[..., Desk]
TRANSPORTS = ("websocket", "polling")
SECONDS = 20.0
JUNK: tuple[Any, ...] = (None, [], "x", {}, {"client_id": []}, {"client_id": {"a": 1}})


def in_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Runs the test in a thread of its own: the browser of other tests keeps this thread's event loop busy."""

    @functools.wraps(test)
    def run(**given: Any) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(test(**given))).result()
        with warnings.catch_warnings():  # the client's library leaves refused connections to the collector
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    return run


async def until(what: Callable[[], bool]) -> None:
    """Waits for what must come."""
    deadline = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("transport", TRANSPORTS)
@in_a_loop
async def test_the_page_s_own_browser_is_let_in(site_url: str, transport: str) -> None:
    owner = Person(site_url, "sales")
    page = owner.open()
    async with socket(site_url, cookies=owner.cookies, transport=transport, page=page) as own:
        await own.send("event", page.click("English"))
        await until(lambda: owner.language() == "en")
    owner.api("PUT", "/api/me/preferences", {"language": None})


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("origin", [FOREIGN, "null", "http://127.0.0.1:1"])
@in_a_loop
async def test_a_foreign_page_gets_no_socket(site_url: str, transport: str, origin: str) -> None:
    owner = Person(site_url, "sales")
    page = owner.open()
    with pytest.raises(Refused):
        async with socket(site_url, cookies=owner.cookies, origin=origin, transport=transport, page=page):
            pass


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("who", [None, "head", "sales"])
@in_a_loop
async def test_another_session_gets_nothing_of_a_page_whose_id_it_knows(
    site_url: str, transport: str, who: str | None
) -> None:
    owner = Person(site_url, "sales")
    page = owner.open()
    stranger = Person(site_url, who).cookies
    with pytest.raises(Refused):
        async with socket(site_url, cookies=stranger, transport=transport, page=page):
            pass
    async with (
        socket(site_url, cookies=stranger, transport=transport) as theirs,
        socket(site_url, cookies=owner.cookies, page=page) as own,
    ):
        assert not await theirs.shake_hands(page)
        for junk in JUNK:
            await theirs.send("event", junk)
        await theirs.send("event", page.click("English"))
        await theirs.send("javascript_response", {"client_id": page.id, "request_id": "x", "result": 1})
        await theirs.send("ack", {"client_id": page.id, "next_message_id": 10**9})
        assert not await theirs.shake_hands(page)
        await own.send("event", page.click("Тёмная тема"))
        await until(lambda: owner.api("GET", "/api/me/preferences")["theme"] == "dark")
        await until(lambda: any(event == "run_javascript" for event, _ in own.heard))  # the page loads anew
        assert owner.language() is None
        assert theirs.heard == []
    owner.api("PUT", "/api/me/preferences", {"theme": None})


@in_a_loop
async def test_a_socket_of_another_page_of_ours_cannot_speak_for_this_one(site_url: str) -> None:
    owner, other = Person(site_url, "sales"), Person(site_url, "head")
    page, others = owner.open(), other.open()
    async with (
        socket(site_url, cookies=other.cookies, page=others) as theirs,
        socket(site_url, cookies=owner.cookies, page=page) as own,
    ):
        await theirs.send("event", page.click("English"))
        await own.send("event", page.click("Тёмная тема"))
        await until(lambda: owner.api("GET", "/api/me/preferences")["theme"] == "dark")
        assert owner.language() is None
    owner.api("PUT", "/api/me/preferences", {"theme": None})


def test_files_are_taken_only_from_the_browser_that_opened_the_page(site_url: str) -> None:
    owner, other = Person(site_url, "sales"), Person(site_url, "head")
    deal = owner.api("POST", "/api/deals", {"pipeline": "fulfilment.quote", "title": "С файлом"})
    page = owner.open(f"/deals/{deal['id']}")
    address = page.uploads()[0]
    file = {"file": ("a.txt", b"x", "text/plain")}

    def answer(by: Person, **headers: str) -> int:
        return by.request("POST", address, files=file, headers=headers).status_code

    assert answer(owner, Origin=FOREIGN) == 403
    assert answer(other) == 403
    assert answer(Person(site_url, None)) == 403
    assert other.request("POST", address.replace(page.id, "no-such-page"), files=file).status_code == 403
    assert answer(owner) == 200


def test_a_file_without_end_is_not_read_to_its_end(site_url: str) -> None:
    owner = Person(site_url, "sales")
    deal = owner.api("POST", "/api/deals", {"pipeline": "fulfilment.quote", "title": "С файлом"})
    address = owner.open(f"/deals/{deal['id']}").uploads()[0]
    answer = owner.request("POST", address, files={"file": ("a.bin", bytes(51 << 20))})
    assert answer.status_code == 413


def frames_of(page: Page) -> list[str]:
    """What the server says on the sockets of the pages that this window opens from now on."""
    heard: list[str] = []
    page.on("websocket", lambda line: line.on("framereceived", lambda frame: heard.append(str(frame))))
    return heard


def session_of(page: Page) -> dict[str, str]:
    """The cookie by which this window is signed in."""
    return {one["name"]: one["value"] for one in page.context.cookies() if one["name"] == SESSION_COOKIE}


def test_who_signs_out_elsewhere_gets_nothing_more_from_an_open_page(desk: Sit, site_url: str) -> None:
    consultant, head = desk("consultant"), Person(site_url, "head")
    heard = frames_of(consultant.page)
    card = busy_deal(consultant.page)
    page = consultant.open(f"/deals/{card['id']}")
    comments = f"/api/deals/{card['id']}/comments"
    head.api("POST", comments, {"text": "ЕЩЁ-ПРИ-НЁМ"})
    page.get_by_text("ЕЩЁ-ПРИ-НЁМ").first.wait_for()
    assert "ЕЩЁ-ПРИ-НЁМ" in "".join(heard)

    elsewhere = Person(site_url, None)
    elsewhere.cookies = session_of(page)
    assert elsewhere.request("POST", "/session/end").status_code == 303
    head.api("POST", comments, {"text": "УЖЕ-БЕЗ-НЕГО"})
    page.wait_for_url(
        "**/sign-in?next=*&why=ended", timeout=SECONDS * 1000
    )  # by itself, with the first change
    assert "УЖЕ-БЕЗ-НЕГО" not in "".join(heard)


def test_who_leaves_the_company_gets_nothing_more_from_an_open_page(desk: Sit, site_url: str) -> None:
    director = Person(site_url, "director")
    new = {"id": "leaver", "name": "Увольняемый Пётр", "position": "Менеджер"}
    director.api("POST", "/api/employees", new)
    page = desk("leaver").open("/")
    same = Person(site_url, None)
    same.cookies = session_of(page)
    director.api("PATCH", "/api/employees/leaver", {"active": False})
    deadline = time.monotonic() + SECONDS
    while same.request("GET", "/api/me").status_code != 401:
        assert time.monotonic() < deadline, "the session of somebody who left never ended"
        page.wait_for_timeout(200)
    page.get_by_role("button", name="Уведомления").click()
    page.wait_for_url("**/sign-in?next=*&why=ended", timeout=SECONDS * 1000)


def test_the_session_s_cookie_is_out_of_reach_for_scripts_and_foreign_forms(site_url: str) -> None:
    cookie = Person(site_url, "sales").set_cookie.lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie, "this site is plain HTTP"
    behind = httpx.post(
        f"{site_url}/session",
        data={"person": "sales"},
        headers={"Origin": site_url, "X-Forwarded-Proto": "https"},
    )
    assert "secure" in behind.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sign-in",
        "/no-such-page",
        "/ui-static/theme.css",
        "/ui-static/no.css",
        "/_nicegui/no",
        "/favicon.ico",
    ],
)
def test_pages_files_and_errors_tell_browsers_what_they_may(site_url: str, path: str) -> None:
    answers = [Person(site_url, "sales").request("GET", path), httpx.post(f"{site_url}{path}")]
    assert answers[1].status_code == 403, "no Origin, no change"
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'self'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


def test_answers_of_the_api_are_nobody_else_s(site_url: str) -> None:
    for answer in (Person(site_url, "sales").request("GET", "/api/me"), httpx.get(f"{site_url}/api/me")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "private" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "/ui-static/../errors.py", "/ui-static/%2e%2e/errors.py", "/ui-static/..%2ferrors.py",
        "/ui-static/%2e%2e%2f%2e%2e%2fpyproject.toml", "/ui-static//etc/passwd", "/ui-static/..%5cerrors.py",
        "/_nicegui/x/libraries/../../../etc/passwd", "/openapi.json", "/docs", "/redoc",
    ],
)  # fmt: skip
def test_nothing_but_what_is_meant_to_be_served_is_served(site_url: str, path: str) -> None:
    host, _, port = site_url.removeprefix("http://").partition(":")
    assert raw_get(host, int(port), path).startswith((b"HTTP/1.1 404", b"HTTP/1.1 403"))


def raw_get(host: str, port: int, path: str) -> bytes:
    """The answer to a path that no client would send as it stands."""
    import socket as plain

    with plain.create_connection((host, port), timeout=SECONDS) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        said = b""
        while chunk := line.recv(65536):
            said += chunk
    return said


@pytest.mark.parametrize(
    "next",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example",
     "/\n/evil.example", "javascript:alert(1)", "evil.example", ""],
)  # fmt: skip
def test_signing_in_leads_to_our_own_pages_only(site_url: str, next: str) -> None:
    answer = httpx.post(
        f"{site_url}/session", data={"person": "sales", "next": next}, headers={"Origin": site_url}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


BAD_LINKS = ("javascript:window.hacked=1", "JaVaScRiPt:window.hacked=1", "data:text/html,<script>1</script>")


def test_no_text_becomes_a_link_that_leads_away(desk: Sit) -> None:
    sales = desk("sales")
    for bad in BAD_LINKS:
        contact = {"name": bad, "phone": bad, "email": f"{bad}?bcc=all@evil.example&body=x"}
        company = {"name": bad, "inn": "7707083893", "note": bad}
        card = busy_deal(sales.page, title=bad, contact=contact, source=bad, company=company)
        for path in (f"/deals/{card['id']}", "/", f"/search?q={card['id']}", "/boards/fulfilment.quote"):
            page = sales.open(path)
            page.locator("main").first.wait_for()
            found = page.eval_on_selector_all("a[href]", "all => all.map(a => [a.protocol, a.host, a.href])")
            for protocol, host, href in found:
                ours = protocol == "http:" and host.startswith("127.0.0.1:")
                assert ours or protocol in ("tel:", "mailto:"), href
                assert not (protocol == "mailto:" and "?" in href), "an address cannot add recipients"


@in_a_loop
async def test_the_logs_name_no_page_no_person_and_no_query(site_url: str, site_folder: Path) -> None:
    owner = Person(site_url, "sales")
    deal = {"title": "ТайнаяСделка", "pipeline": "fulfilment.quote", "contact": {"name": "Тайный Клиент"}}
    owner.api("POST", "/api/deals", deal)
    page = owner.open("/search?q=ТайнаяСделка")
    for path in ("/no-such-page?q=ТайнаяСделка", f"{UPLOADS}{page.id}/upload/1", f"/boards/{page.id}"):
        owner.request("GET", path)
    async with socket(site_url, cookies=owner.cookies, page=page) as own:
        await own.send("log", {"client_id": page.id, "level": "error", "message": "ТайнаяСделка"})
        await own.send("log", {"client_id": page.id})
        await own.send("event", {"client_id": page.id, "id": "ТайнаяСделка", "args": ["{"]})
        await own.send("event", {"client_id": page.id, "id": 0, "args": ["{ТайнаяСделка"]})
        with pytest.raises(Refused):
            async with socket(site_url, origin=FOREIGN, page=page):
                pass
        await own.send("event", page.click("Тёмная тема"))
        await until(lambda: owner.api("GET", "/api/me/preferences")["theme"] == "dark")
    owner.api("PUT", "/api/me/preferences", {"theme": None})
    logs = "".join(
        file.read_text(errors="replace") for file in (site_folder / "data" / "logs").glob("w*.log")
    )
    assert logs
    for secret in ("Тайн", "%D0%A2%D0%B0", page.id, owner.session, "client_id"):
        assert secret not in logs, [line for line in logs.splitlines() if secret in line][:3]


def test_the_library_still_has_what_our_guard_holds_on_to() -> None:
    known = {"connect", "handshake", "disconnect", "event", "javascript_response", "ack", "log"}
    handlers = set(core.sio.handlers.get("/", {}))
    assert handlers == known, (
        "NiceGUI's socket has other events than ui/security.py guards: read the library's nicegui.py, "
        f"guard what is new there, then correct this list. Now: {sorted(handlers)}"
    )
    assert "_socket_to_document_id" in Client.__init__.__code__.co_names, (
        "NiceGUI's Client no longer keeps its sockets in _socket_to_document_id: ui/security.py would drop every event"
    )
    assert hasattr(Client, "instances")
    assert isinstance(Client.instances, dict)
