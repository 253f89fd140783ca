"""The public form of a pipeline: which fields strangers may fill, and who gets the deal."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from domain.base import Strict, Text
from domain.recipients import Recipient

# What a form may ask for besides the pipeline's fields: it goes into the deal's contact.
CONTACT: Mapping[str, Text] = {
    "contact.name": Text(ru="Контактное лицо", en="Contact person"),
    "contact.phone": Text(ru="Телефон", en="Phone"),
    "contact.email": Text(ru="E-mail", en="E-mail"),
}


class Intake(Strict):
    """`fields`: the pipeline's, and those of CONTACT. `required` are asked for; `responsible` is a role, whose least
    busy person gets the deal. `titles` asks a client for some of the fields in words of its own."""

    fields: tuple[str, ...] = Field(min_length=1)
    required: tuple[str, ...] = ()
    responsible: Recipient
    title: Text | None = None
    titles: dict[str, Text] = {}
    consent: bool = True
