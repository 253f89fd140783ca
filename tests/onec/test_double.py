"""The double itself: it speaks the protocol, keeps its data, and tells the product what its users do."""

from __future__ import annotations

import json
import signal
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from activities.onec import OneC
from activities.onec_client.shapes import TaskWish
from domain.onec_mapping import Mapping
from domain.webhooks import Verified, verify
from onec_double.base import Base
from onec_double.schema import TASK
from tests.onec.double import SECRET, Double, eventually

GOODS = "Catalog_Номенклатура"
UNITS = "Catalog_УпаковкиЕдиницыИзмерения"


@pytest.fixture
def interface(double: Double) -> Iterator[httpx.Client]:
    """The OData interface, called as any client of 1C would."""
    asynchronous = double.client()
    root = double.url + "/odata/standard.odata/"
    with httpx.Client(base_url=root, auth=asynchronous.auth, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    ("filter", "codes"),
    [
        ("Code eq '00-00000101'", ["101"]),
        ("Code eq '00-00000101' or Code eq '00-00000201'", ["101", "201"]),
        ("(Code eq '00-00000101' or Code eq '00-00000201') and СтавкаНДС eq 'БезНДС'", ["201"]),
        ("Code gt '00-00000104' and IsFolder eq false", ["105", "201"]),
        ("not IsFolder eq false", ["001"]),
        ("substringof('МАНОМЕТР',Description) eq true", ["101", "105"]),
        ("startswith(Description,'Кабель')", ["103"]),
        ("Ref_Key eq guid'90000000-0000-4000-8000-000000000003'", ["103"]),
        ("Description eq 'it''s'", []),
    ],
)
def test_filters(interface: httpx.Client, filter: str, codes: list[str]) -> None:
    query = {"$format": "json", "$filter": filter, "$select": "Code", "$orderby": "Code"}
    rows = interface.get(GOODS, params=query).json()["value"]
    assert [row["Code"][-3:] for row in rows] == codes


def test_pages_and_counts(interface: httpx.Client) -> None:
    query = {
        "$format": "json",
        "$orderby": "Code desc",
        "$top": "2",
        "$skip": "1",
        "$inlinecount": "allpages",
    }
    answer = interface.get(GOODS, params=query).json()
    assert answer["odata.count"] == "7"
    assert [row["Code"][-3:] for row in answer["value"]] == ["105", "104"]


@pytest.mark.parametrize(
    ("method", "address", "body", "status", "code"),
    [
        ("GET", "Catalog_Нет?$format=json", None, 404, "8"),
        ("GET", f"{GOODS}(guid'{uuid.uuid4()}')?$format=json", None, 404, "9"),
        ("GET", f"{GOODS}?$format=json&$filter=Нет eq 1", None, 400, "14"),
        ("GET", f"{GOODS}?$format=json&$filter=Code eq", None, 400, "14"),
        ("GET", f"{GOODS}?$format=json&$filter=Code eq 'a' b", None, 400, "14"),
        ("GET", f"{GOODS}?$format=json&$select=Нет", None, 400, "14"),
        ("GET", f"{GOODS}?$format=json&$top=-1", None, 400, "14"),
        ("GET", GOODS, None, 406, "0"),
        ("POST", f"{UNITS}?$format=json", {"Нет": 1}, 400, "14"),
        ("POST", f"{UNITS}?$format=json", {"Description": 1}, 400, "15"),
        ("POST", f"{UNITS}?$format=json", [], 400, "1"),
        ("POST", f"{TASK}?$format=json", {"Description": "x" * 151}, 400, "-1"),
        ("POST", f"{GOODS}(guid'{uuid.uuid4()}')/Post()?$format=json", None, 404, "6"),
        ("PATCH", f"{UNITS}(guid'{uuid.uuid4()}')?$format=json", {}, 404, "9"),
        ("DELETE", f"{UNITS}?$format=json", None, 405, "0"),
    ],
)
def test_errors_have_1cs_body(
    interface: httpx.Client, method: str, address: str, body: Any, status: int, code: str
) -> None:
    answer = interface.request(method, address, json=body, headers={"Accept": "*/*"})
    assert answer.status_code == status
    error = answer.json()["odata.error"]
    assert error["code"] == code
    assert error["message"]["lang"] == "ru"
    assert error["message"]["value"]


def test_creates_with_201_changes_by_version_posts(interface: httpx.Client) -> None:
    made = interface.post(f"{UNITS}?$format=json", json={"Description": "кг"})
    assert made.status_code == 201
    ref, version = made.json()["Ref_Key"], made.json()["DataVersion"]
    again = interface.post(f"{UNITS}?$format=json", json={"Ref_Key": ref, "Description": "кг"})
    assert (again.status_code, "не уникально" in again.text) == (500, True)
    address = f"{UNITS}(guid'{ref}')?$format=json"
    changed = interface.patch(address, json={"Description": "т"}, headers={"If-Match": version})
    assert (changed.status_code, changed.json()["Description"]) == (200, "т")
    late = interface.patch(address, json={"Description": "г"}, headers={"If-Match": version})
    assert late.status_code == 412
    offers = "Document_КоммерческоеПредложениеКлиенту"
    ref = interface.get(f"{offers}?$format=json&$top=1").json()["value"][0]["Ref_Key"]
    for action, posted in (("Unpost", False), ("Post", True)):
        assert interface.post(f"{offers}(guid'{ref}')/{action}()?$format=json").json()["Posted"] is posted


@pytest.mark.parametrize("header", [None, "Basic ###", "Bearer x", "Basic eDp5"])
def test_nobody_comes_in_without_the_password(double: Double, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    address = f"{double.url}/odata/standard.odata/{UNITS}?$format=json"
    assert httpx.get(address, headers=headers, trust_env=False).status_code == 401


def test_a_page_of_the_internet_cannot_command_it(double: Double) -> None:
    form, foreign = {"key": "x"}, {"Origin": "https://evil.example"}
    address = f"{double.url}/_double/complete"
    assert httpx.post(address, data=form, headers=foreign, trust_env=False).status_code == 403
    assert httpx.post(address, data=form, headers={"Origin": double.url}, trust_env=False).status_code == 404


async def test_a_person_completes_a_task_on_its_page(onec: OneC, double: Double) -> None:
    key = f"{uuid.uuid4()}.1"
    await onec.mirror_task(TaskWish(key=key, title="<script>alert(1)</script> Отгрузить"))
    async with httpx.AsyncClient(base_url=f"{double.url}/_double/", trust_env=False) as browser:
        page = (await browser.get("")).text
        answer = await browser.post("complete", data={"key": key, "result": "да"})
    assert f'value="{key}"' in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert answer.status_code == 303
    state = await onec.task_state(key)
    assert state
    assert (state.status, state.result) == ("done", "да")


async def test_data_and_ledger_outlive_the_process(tmp_path: Path, mapping: Mapping) -> None:
    double, key = Double(tmp_path), f"{uuid.uuid4()}.1"
    double.start()
    async with double.client() as client:
        state = await OneC(client, mapping).mirror_task(TaskWish(key=key, title="x"))
        assert double.stop() in (0, -signal.SIGTERM)
        double.start()
        assert await OneC(client, mapping).task_state(key) == state
    assert double.actions(key) == ["create"]
    assert len([line for line in double.ledger("seed") if line["entity"] == UNITS]) == 3, "filled once"
    double.kill()


@pytest.mark.parametrize(
    ("left", "junk"), [(0, b""), (1, b""), (50, b""), (400, b""), (10_000, b'{"at": "20')]
)
def test_a_ledger_cut_by_a_power_failure_is_completed(tmp_path: Path, left: int, junk: bytes) -> None:
    base = Base(tmp_path)
    for number in range(3):
        base.create(TASK, {"Description": str(number), "ВоронкаКлюч": f"k{number}"})
    base.close()
    file = tmp_path / "ledger.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole[:left] + junk)
    Base(tmp_path).close()
    assert file.read_bytes() == whole
    assert [json.loads(line)["key"] for line in whole.splitlines()] == ["k0", "k1", "k2"]


class Product:
    """Stands in for the product's hook address: keeps what is verified, answers as told."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.received: list[tuple[Verified, dict[str, Any]]] = []
        product = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hook = verify(dict(self.headers), body, [SECRET], datetime.now(UTC))
                product.received.append((hook, json.loads(body)))
                self.send_response(product.answers.pop(0) if product.answers else 204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/api/hooks/1c"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def product() -> Iterator[Product]:
    made = Product()
    yield made
    made.close()


async def test_tells_the_product_signed_until_it_is_taken(
    tmp_path: Path, mapping: Mapping, product: Product
) -> None:
    double, key = Double(tmp_path, "--hook-url", product.url, "--hook-pace", "0.0001"), f"{uuid.uuid4()}.1"
    double.start()
    async with double.client() as client:
        await OneC(client, mapping).mirror_task(TaskWish(key=key, title="x", deal="d1"))
        assert product.received == [], "nothing has happened to the task yet"
        product.answers += [500, 302, 503]
        task = double.control("POST", f"tasks/{key}/complete", {"result": "Отгружено"})
        await eventually(lambda: len(product.received) == 4)
        product.answers += [410]
        double.control("POST", "hooks", {"type": "payment.received", "data": {"deal": "d1", "row": 1}})
        await eventually(lambda: len(product.received) == 5)
        double.kill()
    told, paid = product.received[:4], product.received[4]
    assert len({hook.id for hook, _ in told}) == 1, "a repeat has the same id"
    assert told[0][0].id != paid[0].id
    for _, body in told:
        assert body["type"] == "task.done"
        assert body["data"] == {
            "key": key,
            "deal": "d1",
            "status": "done",
            "number": task["Number"],
            "result": "Отгружено",
            "version": task["DataVersion"],
        }
    assert paid[1]["data"] == {"deal": "d1", "row": 1}


async def test_a_hook_outlives_the_process(tmp_path: Path, mapping: Mapping, product: Product) -> None:
    double, key = Double(tmp_path, "--hook-url", product.url, "--hook-pace", "0.01"), f"{uuid.uuid4()}.1"
    double.start()
    product.answers += [503]
    async with double.client() as client:
        await OneC(client, mapping).mirror_task(TaskWish(key=key, title="x"))
    double.control("POST", f"tasks/{key}/cancel")
    await eventually(lambda: len(product.received) == 1)
    double.kill()
    double.start()
    await eventually(lambda: [hook["outcome"] for hook in double.control("GET", "hooks")] == ["delivered"])
    double.kill()
    assert [body["type"] for _, body in product.received[:2]] == ["task.cancelled"] * 2
    assert len({hook.id for hook, _ in product.received}) == 1
