"""By which channel someone is written to: pure choices."""

from __future__ import annotations

from typing import Any

import pytest

from domain.deal import Deal
from domain.facts import Company, Employee, Facts, Organisation
from domain.holidays_ru import russian_calendar
from domain.messages import Addressee, Channel, Means, Scene, addressees, without_people
from tests.store.samples import START

PEOPLE = (
    Employee(id="ann", name="Ann", email="ann@x.ru", phone="+71"),
    Employee(id="bob", name="Bob", email="bob@x.ru", phone="+72"),
    Employee(id="cat", name="Cat"),
    Employee(id="gone", name="Gone", email="gone@x.ru", active=False),
)
ORGANISATION = Organisation(
    name="X",
    employees={person.id: person for person in PEOPLE},
    roles={"sales": ("ann", "bob", "gone")},
    calendar=russian_calendar(),
)


def found(to: object, *chosen: Channel, mail: bool = True, **deal: Any) -> list[Addressee]:
    company = Company(id="c", name="C", fields={"email": "c@x.ru", "phone": "+79"})
    values = {"id": "d", "pipeline": "p", "definition": "h", "title": "T", "stage": "s", "responsible": "ann"}
    moments = {"creator": "ann", "moved_at": START, "opened_at": START, "at": START}
    scene = Scene(
        Deal.model_validate({**values, **moments, **deal}),
        Facts(organisation=ORGANISATION, companies={"c": company}),
    )
    return addressees(to, scene, Means(mail, ("sms",), {channel.owner: channel for channel in chosen}))


def test_an_employee_by_their_own_choice_else_their_roles_else_by_mail() -> None:
    role = Channel(owner="role:sales", channel="sms")
    own = Channel(owner="bob", channel="email", address="bob@home.ru", language="en")
    assert found("bob") == [Addressee("bob", "email", "bob@x.ru")]
    assert found("role:sales", role, own) == [
        Addressee("ann", "sms", "+71"),
        Addressee("bob", "email", "bob@home.ru", "en"),
    ]
    assert found(["cat", "bob", "cat"], mail=False) == [
        Addressee("cat", "internal", ""),
        Addressee("bob", "internal", ""),
    ]
    assert found("bob", Channel(owner="bob", channel="internal")) == [Addressee("bob", "internal", "")]
    assert found("gone") == []


@pytest.mark.parametrize(
    ("deal", "channel", "address"),
    [
        ({"contact": {"email": "i@x.ru", "phone": "+7"}}, "email", "i@x.ru"),
        ({"contact": {"email": "i@x.ru", "phone": "+7", "channel": "sms"}}, "sms", "+7"),
        ({"contact": {"email": "i@x.ru", "channel": "sms"}}, "email", "i@x.ru"),
        ({"contact": {"phone": "+7"}}, "sms", "+7"),
        ({"fields": {"contact_email": "f@x.ru"}, "company": "c"}, "email", "f@x.ru"),
        ({"company": "c"}, "email", "c@x.ru"),
        ({}, "internal", ""),
    ],
)
def test_a_client_by_mail_else_by_the_gateway(deal: dict[str, Any], channel: str, address: str) -> None:
    [client] = found("client", Channel(owner="client", channel="sms"), **deal)
    assert (client.channel, client.address) == (channel, address)


def test_without_a_gateway_a_phone_reaches_nobody() -> None:
    assert found("client", contact={"phone": "+7"}) == [Addressee("client", "messenger", "+7")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 <ivan.petrov@x.ru>: no", "550 <[address]>: no"),
        ("call +7 (999) 123-45-67 now", "call [number] now"),
        ("550 5.1.1 4.7.1 said", "550 5.1.1 4.7.1 said"),
        ("a\r\nb", "a b"),
    ],
)
def test_causes_name_nobody(text: str, expected: str) -> None:
    assert without_people(text) == expected
