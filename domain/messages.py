"""To whom a message goes and by which channel. Nothing here sends; `activities.delivery` does."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from domain.base import Language, Strict
from domain.deal import Deal
from domain.decide import people
from domain.facts import Company, Employee, Facts

CLIENT = "client"
EMAIL = "email"
INSIDE = "internal"  # shown in the product only
MESSENGER = "messenger"  # a phone number is known, and no gateway to write to it by
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[^\s@,;<>()\[\]\"\\]+\.[^\s@,;<>()\[\]\"\\]+")
_ANY_MAIL_ADDRESS = re.compile(r"[^\s<>@:;,]+@[^\s<>@:;,]+")
_LONG_NUMBER = re.compile(r"\+?\d[\d\s()-]{8,}\d")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
LONGEST_SUBJECT = 250


class Channel(Strict):
    """How `owner` is written to: an employee, `role:X` for all who have it, or `client` for clients without e-mail.

    `channel` is `email`, a gateway's name, or `internal`; an empty address means the e-mail or phone that is on
    record. Notices in the product also go out, joined for `digest_minutes`, where that is given.
    """

    owner: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
    channel: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    address: str = Field(default="", max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")
    language: Language = "ru"
    digest_minutes: int | None = Field(default=None, ge=1, le=1440)


@dataclass(frozen=True)
class Addressee:
    """One who is written to: `who` is `client` or an employee. Without an address nothing leaves the product."""

    who: str
    channel: str
    address: str
    language: Language = "ru"


@dataclass(frozen=True)
class Means:
    """What the product can send by: whether there is a mail server, the names of gateways, people's choices."""

    mail: bool
    gateways: Collection[str]
    chosen: Mapping[str, Channel]

    def reaches_clients(self) -> bool:
        """Whether a message to a client can leave the product at all."""
        return self.mail or CLIENT in self.chosen


@dataclass(frozen=True)
class Scene:
    """Where recipients are looked for, outside of a decision."""

    deal: Deal
    facts: Facts


def addressees(to: object, scene: Scene, means: Means) -> list[Addressee]:
    """Everyone behind a message's `to` (a recipient or several), each once, in order."""
    wanted = [str(one) for one in to] if isinstance(to, Sequence) and not isinstance(to, str) else [str(to)]
    found: dict[str, Addressee] = {}
    for recipient in wanted:
        if recipient == CLIENT:
            found.setdefault(CLIENT, _client(scene, means))
        else:
            for person in people.found(scene, recipient):
                found.setdefault(
                    person, employee(scene.facts.organisation.employees[person], scene.facts, means)
                )
    return list(found.values())


def employee(person: Employee, facts: Facts, means: Means) -> Addressee:
    """How an employee is written to: by their own choice, else their role's, else by e-mail, else not outside."""
    choice = choice_of(person.id, facts, means)
    if choice is None:
        channel = EMAIL if means.mail and person.email else INSIDE
        return Addressee(person.id, channel, person.email if channel == EMAIL else "")
    known = person.email if choice.channel == EMAIL else person.phone
    address = "" if choice.channel == INSIDE else choice.address or known
    return Addressee(person.id, choice.channel, address, choice.language)


def choice_of(person: str, facts: Facts, means: Means) -> Channel | None:
    """The channel chosen for the employee, or for a role of theirs (the first by name)."""
    if person in means.chosen:
        return means.chosen[person]
    roles = sorted(role for role, names in facts.organisation.roles.items() if person in names)
    return next((means.chosen[f"role:{role}"] for role in roles if f"role:{role}" in means.chosen), None)


def _client(scene: Scene, means: Means) -> Addressee:
    """A client is written to by e-mail, else by the gateway chosen for clients, with the phone as the address.

    A contact may wish for something: `channel` (the gateway, though there is an e-mail), `language` en.
    """
    mail, phone = client_address(scene, "email"), client_address(scene, "phone")
    gateway = means.chosen.get(CLIENT)
    contact = scene.deal.contact or {}
    wished = str(contact.get("channel") or "")
    language: Language = "en" if contact.get("language") == "en" else gateway.language if gateway else "ru"
    by_gateway = gateway is not None and gateway.channel != EMAIL and phone
    if mail and not (by_gateway and gateway and wished == gateway.channel):
        return Addressee(CLIENT, EMAIL, mail, language)
    if by_gateway and gateway:
        return Addressee(CLIENT, gateway.channel, phone, language)
    return Addressee(CLIENT, MESSENGER if phone else INSIDE, phone, language)


def client_address(scene: Scene, kind: Literal["email", "phone"]) -> str:
    """The client's e-mail or phone: of the contact, of the card's fields, of the company."""
    deal = scene.deal
    company: Company | None = scene.facts.companies.get(deal.company) if deal.company else None
    places: tuple[Any, ...] = (
        (deal.contact or {}).get(kind),
        deal.fields.get(f"contact_{kind}"),
        company.value(kind) if company else None,
    )
    return next((str(place).strip() for place in places if place), "")


def words(value: object, language: Language) -> str:
    """A text of an effect's detail: words as they are, or the language's of `{ru, en}`."""
    if isinstance(value, Mapping):
        return str(value.get(language) or value.get("ru") or "")
    return str(value or "")


def subject_line(text: str) -> str:
    """One line without control characters, so that no text becomes a header of its own."""
    return _UNPRINTABLE.sub(" ", text).strip()[:LONGEST_SUBJECT]


def is_mail_address(text: str) -> bool:
    """Whether this is one plain e-mail address: no name, no list, no line break."""
    return len(text) <= 254 and _MAIL_ADDRESS.fullmatch(text) is not None


def without_people(text: str) -> str:
    """The text without e-mail addresses and phone numbers: for causes, which end up in logs and histories."""
    return _LONG_NUMBER.sub("[number]", _ANY_MAIL_ADDRESS.sub("[address]", _UNPRINTABLE.sub(" ", text)))[:300]
