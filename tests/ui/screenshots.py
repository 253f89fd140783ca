"""`make screenshots`: fills a product of its own with sample deals and takes the pictures of docs/screenshots.

Dates are those of the day, and a clock runs; all else is the same each time.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
from PIL import Image
from playwright.sync_api import Browser

from tests.api.helpers import upload
from tests.api.trader import Sale, until
from tests.ui.attacking import Person
from tests.ui.browsing import ROOT, Desk, chromium, product

FOLDER = ROOT / "docs" / "screenshots"
MOST_BYTES = 250_000
_SAMPLES = 70
_ZONE = ZoneInfo("Europe/Moscow")
_WIDE, _PHONE = {"width": 1360, "height": 860}, {"width": 390, "height": 844}
# What moves by itself, and what a mouse leaves behind.
_STILL = """
*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }
.q-notifications, .q-tooltip { display: none !important; }
"""


@dataclass(frozen=True)
class Shot:
    """One picture. `path` may name prepared deals and tasks, such as {approval}."""

    name: str
    person: str
    path: str
    language: str = "ru"
    dark: bool = False
    phone: bool = False


SHOTS = (
    Shot("board-ru", "sales", "/boards/sales_1c.sale"),
    Shot("board-en", "sales", "/boards/fulfilment.quote", "en"),
    Shot("board-dark", "sales", "/boards/sales_1c.sale", dark=True),
    Shot("card-ru", "sales", "/deals/{approval}"),
    Shot("card-en", "sales", "/deals/{payments}", "en"),
    Shot("my-day-ru", "sales", "/"),
    Shot("my-day-en", "director", "/", "en"),
    Shot("task-phone-ru", "warehouse", "/tasks/{task}", phone=True),
    Shot("task-phone-en", "warehouse", "/tasks/{task}", "en", phone=True),
    Shot("reports-ru", "director", "/reports"),
    Shot("reports-en", "director", "/reports", "en"),
    Shot("pipeline-ru", "sales", "/pipelines/sales_1c.sale"),
    Shot("pipeline-en", "sales", "/pipelines/fulfilment.quote", "en"),
    Shot("organisation-ru", "director", "/organisation"),
    Shot("organisation-en", "director", "/organisation", "en"),
)


class House:
    """The people of the running product, by id."""

    def __init__(self, url: str, stack: contextlib.AsyncExitStack) -> None:
        self._url = url
        self._stack = stack
        self._known: dict[str, httpx.AsyncClient] = {}

    async def person(self, id: str) -> httpx.AsyncClient:
        """A client that acts as this person."""
        if id not in self._known:
            headers = {"Authorization": f"Bearer {Person(self._url, id).session}", "Accept-Language": "ru"}
            client = httpx.AsyncClient(base_url=self._url, headers=headers, timeout=60, trust_env=False)
            self._known[id] = await self._stack.enter_async_context(client)
        return self._known[id]

    async def sale(self, title: str, client: str, *, amount: str, contract: bool = False) -> Sale:
        """A new sale of the trader's pipeline, claimed by its salesperson. `contract`: the client has one."""
        sales = await self.person("sales")
        body = {
            "pipeline": "sales_1c.sale",
            "title": title,
            "company": {"name": client, "inn": "7707083893", "fields": {"contract_signed": contract}},
            "contact": {"name": "Иван Петров", "phone": "+79991234567", "email": "ivan@client.example"},
            "fields": {"direction": "Россия, Урал"},
            "amount": amount,
        }
        answer = await sales.post("/api/deals", json=body)
        sale = Sale(sales, str(answer.raise_for_status().json()["id"]))
        await sale.post("claim")
        return sale


async def prepare(url: str) -> dict[str, str]:
    """Deals at telling moments: their ids, by the names that SHOTS uses."""
    async with contextlib.AsyncExitStack() as stack:
        house = House(url, stack)
        await late(house)
        return {
            "approval": await approved_by_two(house),
            "payments": await half_paid(house),
            "task": await worked_on(house),
        }


async def late(house: House) -> None:
    """An offer that should have gone out three days ago, and one that goes out soon."""
    today = datetime.now(_ZONE).date()
    for title, client, days in (
        ("Весы лабораторные ВЛ-224", "ООО «Медтехника»", -3),
        ("Гири эталонные F1", "АО «Агропром»", 1),
    ):
        sale = await house.sale(title, client, amount="348000")
        due = (today + timedelta(days=days)).isoformat()
        await sale.fill("offer_file", offer_due=due, priority="A", delivery_term="10 дней")
        await sale.finish("check_items")
        await sale.move("offer")


async def agreed(house: House, title: str, client: str, contract: bool) -> Sale:
    """A sale whose client takes the offer."""
    sale = await house.sale(title, client, amount="1250000", contract=contract)
    await sale.fill("offer_file", priority="A", delivery_term="10 дней")
    await sale.finish("check_items")
    await sale.move("offer")
    await sale.finish("send_offer")
    await sale.fill(payment_type="prepaid")
    await sale.finish("get_feedback", outcome="agreed")
    return sale


async def in_approval(house: House, title: str, client: str, *, contract: bool = False) -> Sale:
    """A sale whose contract and invoice wait for four people."""
    sale = await agreed(house, title, client, contract)
    await sale.fill("contract_file", "invoice_file")
    await sale.finish("submit_for_approval")
    return sale


async def approved_by_two(house: House) -> str:
    """Two of four have approved; engineers and logistics are at work; colleagues talk."""
    sale = await in_approval(house, "Насосы и датчики для котельной", "ООО «Ромашка»")
    for approver in ("director", "lawyer"):
        await sale.approve(await house.person(approver))
    await sale.post("requests/logistics", text="Две паллеты, Урал, до конца месяца")
    await sale.post("comments", text="Клиент торопится: объект сдают первого числа.")
    head = await house.person("head")
    await sale.post("comments", by=head, text="Согласую сегодня до обеда.")
    return sale.id


async def half_paid(house: House) -> str:
    """Launched; of two payments the first has come."""
    sale = await in_approval(house, "Термометры с поверкой", "АО «Северный путь»", contract=True)
    for approver in ("director", "lawyer", "accountant", "head"):
        await sale.approve(await house.person(approver))
    await until(sale.card, lambda card: [one for one in card["tasks"] if one["key"] == "send_for_signature"])
    await sale.finish("send_for_signature", file=True)
    await sale.finish("get_payment", outcome="paid")
    today = datetime.now(_ZONE).date()
    await sale.fill(payment_date=today.isoformat())
    await sale.move("launch")
    plan = [{"percent": 50, "date": (today + timedelta(days=days)).isoformat()} for days in (5, 45)]
    await sale.fill(payment_plan=plan)
    await sale.post("payments", row=1)
    return sale.id


async def worked_on(house: House) -> str:
    """A quote with a task that somebody in the warehouse has begun; its clock runs."""
    sales, warehouse = await house.person("sales"), await house.person("warehouse")
    body = {
        "pipeline": "fulfilment.quote",
        "title": "Упаковка подарочных наборов — ООО «Вектор»",
        "company": {"name": "ООО «Вектор»", "inn": "7707083893"},
        "fields": {"contact_name": "Нина Фомина", "contact_phone": "+79991234567", "request": "200 коробок"},
    }
    deal = (await sales.post("/api/deals", json=body)).raise_for_status().json()["id"]
    task = {
        "title": "Сфотографировать образец упаковки",
        "description": "Коробка 30×20×10, лента синяя. Снять сверху и сбоку.",
        "assignee": "warehouse",
    }
    card = (await sales.post(f"/api/deals/{deal}/tasks", json=task)).raise_for_status().json()
    number = max(one["number"] for one in card["tasks"])
    id = f"{deal}.{number}"
    (await warehouse.post(f"/api/tasks/{id}/start")).raise_for_status()
    text = {"text": "Лента на полке Б-4.", "files": [await upload(sales, "макет.pdf")]}
    (await sales.post(f"/api/tasks/{id}/comments", json=text)).raise_for_status()
    return id


def fill(url: str, folder: Path) -> None:
    """Sample deals of every pipeline, the same ones each time."""
    env = {**os.environ, "VORONKA_DATA": str(folder / "data"), "VORONKA_PORT": str(urlsplit(url).port)}
    command = [sys.executable, "-m", "cli.main", "demo", "--deals", str(_SAMPLES), "--seed", "7"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


def take(browser: Browser, url: str, names: dict[str, str], folder: Path) -> None:
    """Takes every picture."""
    for shot in SHOTS:
        desk = Desk(
            browser,
            url,
            shot.person,
            language=shot.language,
            viewport=_PHONE if shot.phone else _WIDE,
            color_scheme="dark" if shot.dark else "light",
        )
        page = desk.open(shot.path.format(**names))
        page.add_style_tag(content=_STILL)
        page.wait_for_load_state("networkidle")
        keep(page.screenshot(), folder / f"{shot.name}.png")
        desk.close()


def keep(picture: bytes, file: Path) -> None:
    """Writes the picture small: pages have few colours."""
    full = Image.open(io.BytesIO(picture)).convert("RGB")
    few = full.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
    size = file.stat().st_size
    assert size <= MOST_BYTES, f"{file.name} has {size} bytes"


def main() -> None:
    """Entry point of `make screenshots`."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="voronka-shots-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL runs as a user of its own when this runs as root
        with product(folder) as url:
            fill(url, folder)
            names = asyncio.run(prepare(url))
            with chromium() as browser:
                take(browser, url, names, FOLDER)
    for shot in SHOTS:
        print(f"docs/screenshots/{shot.name}.png")


if __name__ == "__main__":
    main()
