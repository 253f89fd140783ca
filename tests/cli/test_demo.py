"""What `voronka demo` fills in is what the pipelines take."""

from __future__ import annotations

import random

import httpx

from cli.demo import _Maker
from domain.payment_plan import parse


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
