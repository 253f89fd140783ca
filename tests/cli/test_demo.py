"""What `voronka demo` fills in is what the pipelines take."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import httpx

from cli.demo import _CLIENTS, PEOPLE, _Maker
from cli.token import TokenFile
from domain.documents.requisites import inn_is_right
from domain.payment_plan import parse
from embedded.ports import free_port


def value(type: str) -> object:
    """What is filled in for a field of this type; an upload gets the id `f1`."""

    def uploaded(_: httpx.Request) -> httpx.Response:
        return httpx.Response(201, json={"id": "f1"})

    with httpx.Client(base_url="http://test", transport=httpx.MockTransport(uploaded)) as http:
        return _Maker(http, {}, random.Random(1))._value(type, {}, {})


def test_a_payment_plan_adds_up() -> None:
    [row] = parse(value("payment_plan"))
    assert row.percent == 100


def test_fields_of_files_get_uploaded_ones() -> None:
    assert [value("file"), value("files")] == ["f1", "f1"]


def test_where_nothing_runs_it_says_what_to_do(tmp_path: Path) -> None:
    port = free_port()
    TokenFile(tmp_path).give_all(PEOPLE)
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "demo"],
        env={**os.environ, "VORONKA_DATA": str(tmp_path), "VORONKA_PORT": str(port)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"http://127.0.0.1:{port}; 0 of 40 deals were made" in done.stderr
    assert "make run" in done.stderr


def test_a_client_is_one_company_however_many_deals_it_has() -> None:
    asked: list[httpx.Request] = []

    def companies(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"items": [{"id": "c1"}] if len(asked) > 1 else []})

    with httpx.Client(base_url="http://test", transport=httpx.MockTransport(companies)) as http:
        maker = _Maker(http, {}, random.Random(1))
        first, second = (maker._company("ООО «Вектор»", {}) for _ in range(2))
    assert first == {"company": {"name": "ООО «Вектор»", "inn": asked[0].url.params["inn"]}}
    assert second == {"company_id": "c1"}


def test_clients_have_inns_of_their_own_that_look_right() -> None:
    assert all(inn_is_right(inn) for inn in _CLIENTS.values())
    assert len(set(_CLIENTS.values())) == len(_CLIENTS)
