"""Documents of the model engine: numbered and named as `activities.documents` does it, never written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.deal import Deal
from domain.decide.documents import DOCUMENT
from domain.documents.content import Content, file_id_of, file_name, side
from domain.events import EffectPlanned, Recorded
from domain.facts import Organisation

__all__ = ["DOCUMENT", "ModelDocuments"]


@dataclass
class ModelDocuments:
    """The numbers given so far, by sequence, and what each document was first called: its number and date."""

    last: dict[tuple[str, int], int] = field(default_factory=dict)
    first: dict[str, tuple[int, date]] = field(default_factory=dict)

    def make(
        self, deal: Deal, key: str, record: Iterable[Recorded], organisation: Organisation
    ) -> dict[str, Any]:
        """What the activity answers for the document planned under the key: `{"file": {"id", "name"}}`."""
        planned = [one for one in record if isinstance(one.event, EffectPlanned) and one.event.key == key][-1]
        assert isinstance(planned.event, EffectPlanned)
        detail: dict[str, Any] = dict(planned.event.detail)
        document, version = f"{deal.id}/{detail.pop('document')}", detail.pop("version", key)
        content = Content(
            **detail,
            document=document,
            date=organisation.calendar.local_day(planned.at),
            seller=side(organisation.name, organisation.requisites),
            buyer={},
        )
        number, day = self.first.get(document) or self._next(content)
        self.first[document] = number, day
        name = file_name(content.model_copy(update={"date": day}), str(number))
        return {"file": {"id": file_id_of(version), "name": name}}

    def _next(self, content: Content) -> tuple[int, date]:
        sequence = content.sequence, content.date.year
        self.last[sequence] = self.last.get(sequence, 0) + 1
        return self.last[sequence], content.date
