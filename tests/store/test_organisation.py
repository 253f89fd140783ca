from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.base import Text
from domain.facts import Employee
from domain.holidays_ru import russian_calendar
from store import organisation as store
from store import queries
from store.organisation_file import InvalidOrganisation, parse_organisation
from tests.store.samples import organisation_of_two

DEMO = Path(__file__).parents[2] / "pipelines" / "organisation.yaml"


async def test_the_organisation_comes_back(connection: AsyncConnection) -> None:
    saved = await organisation_of_two(connection)
    loaded, version = await store.load_organisation(connection)
    assert loaded == saved
    assert version == 2, "the module's fixture saved the first"


async def test_every_change_makes_a_new_version(connection: AsyncConnection) -> None:
    _, version = await store.load_organisation(connection)
    await store.save_employee(connection, Employee(id="new", name="Вера", head="head"))
    await store.save_employee(connection, Employee(id="sales", name="Борис Б.", active=False))
    await store.save_roles(connection, {"sales": ["new", "sales", "new"], "driver": []})
    await store.save_roles(connection, {"sales": ["new"]}, {"sales": Text(ru="Отдел", en="Department")})
    calendar = russian_calendar("Asia/Novosibirsk")
    await store.save_calendar(connection, calendar)
    await store.save_details(connection, "Лютик", {"inn": "5"})
    changed, latest = await store.load_organisation(connection)
    assert latest == version + 6
    assert changed.roles == {"sales": ("new",)}
    assert changed.role_titles == {"sales": Text(ru="Отдел", en="Department")}
    assert (changed.calendar, changed.name, changed.requisites) == (calendar, "Лютик", {"inn": "5"})
    assert not changed.employees["sales"].active
    assert [person.id for person in await queries.employees(connection, active=True)] == ["head", "new"]
    assert await queries.roles_of(connection, "new") == ["sales"]


async def test_people_who_do_not_work_here_get_no_role(connection: AsyncConnection) -> None:
    with pytest.raises(store.UnknownEmployee, match="ghost"):
        await store.save_roles(connection, {"sales": ["sales", "ghost"]})
    with pytest.raises(store.UnknownEmployee, match="ghost"):
        await store.save_employee(connection, Employee(id="x", name="X", head="ghost"))


async def test_the_cache_follows_the_version(connection: AsyncConnection) -> None:
    cache = store.OrganisationCache()
    first = await cache.get(connection, 1)
    assert await cache.get(connection, 1) is first
    await store.save_details(connection, "Лютик", {})
    _, version = await store.load_organisation(connection)
    assert (await cache.get(connection, version)).name == "Лютик"


async def test_roles_show_who_has_them(connection: AsyncConnection) -> None:
    rows = [(row.role, row.title.en, row.employees) for row in await queries.roles(connection)]
    assert rows == [
        ("driver", "Driver", []),
        ("head_of_sales", "head_of_sales", ["head"]),
        ("sales", "Sales", ["sales"]),
    ]


def test_the_demo_organisation_is_as_described() -> None:
    demo = parse_organisation(DEMO.read_text("utf-8"), DEMO.name)
    expected = {
        "sales", "head", "director", "warehouse", "lawyer", "accountant", "clerk", "consultant", "purchasing",
        "logist", "engineer", "production", "metrologist", "designer", "driver",
    }  # fmt: skip
    assert set(demo.employees) == expected
    assert demo.roles == {role: (role,) for role in expected - {"head"}} | {"head_of_sales": ("head",)}
    assert set(demo.role_titles) == set(demo.roles)
    assert demo.employees["sales"].head == "head"
    assert demo.employees["head"].head == "director"
    assert demo.calendar == russian_calendar()
    assert all(person.email.endswith("@example.com") and person.phone for person in demo.employees.values())


def test_everything_wrong_with_the_file_is_said_at_once() -> None:
    text = """
        name: X
        calendar: russia
        roles: {sales: {ru: Продажи, en: Sales}}
        employees:
          a: {name: A, head: nobody}
          b: {name: B, head: c, roles: [boss]}
          c: {name: C, head: b}
    """
    with pytest.raises(InvalidOrganisation) as caught:
        parse_organisation(text, "org.yaml")
    assert len(caught.value.problems) == 4
    assert "org.yaml: employees.a.head: there is no employee `nobody`" in str(caught.value)
    with pytest.raises(InvalidOrganisation) as caught:
        parse_organisation("{nam: X, calendar: {preset: france}, employees: {a: {name: 1}}}", "f")
    places = {problem.split(":")[0] for problem in caught.value.problems}
    assert places == {"name", "nam", "calendar", "employees.a.name"}
    for broken in ("", "- 1", "{", "a: b: c"):
        with pytest.raises(InvalidOrganisation):
            parse_organisation(broken, "f")


def test_a_calendar_may_be_written_in_full() -> None:
    text = """
        name: X
        employees: {}
        calendar:
          timezone: Europe/Moscow
          hours: {mon: {start: "10:00", end: "16:00"}}
          days: {2026-03-09: off}
    """
    calendar = parse_organisation(text, "f").calendar
    assert not calendar.is_working_day(dt.date(2026, 3, 9))
    assert calendar.is_working_day(dt.date(2026, 3, 16))
