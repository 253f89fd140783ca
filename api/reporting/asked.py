"""What a report is made from: the connection, the period, whom it is about, and what things are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.reporting.catalogue import Catalogue
from api.reporting.table import Period
from domain.facts import Organisation
from store.queries import Scope


@dataclass(frozen=True)
class Asked:
    """One request for a report."""

    connection: AsyncConnection
    period: Period
    scope: Scope
    organisation: Organisation
    catalogue: Catalogue

    def person(self, employee: str) -> str:
        """The person's name; the id of one who is not known any more."""
        known = self.organisation.employees.get(employee)
        return known.name if known else employee

    def whose(self, employee: str) -> dict[str, Any]:
        """The cells that say whose a row is."""
        return {"employee": employee, "person": self.person(employee)}

    def place(self, pipeline: str, stage: str) -> dict[str, Any]:
        """The cells that say which stage of which pipeline a row is about."""
        versions = self.catalogue.pipelines.get(pipeline)
        return {
            "pipeline": pipeline,
            "pipeline_title": self.catalogue.title(pipeline),
            "stage": stage,
            "stage_title": versions.title(stage) if versions else None,
        }
