"""What the card shows of others involved: the claim, work requests, processes, payments. Pure."""

from __future__ import annotations

from typing import Any

from domain import payment_plan
from domain.base import Text
from domain.deal import Deal
from domain.decide.involving import PROCESSES
from domain.definition import REQUEST, Pipeline

Json = dict[str, Any]


def involved(deal: Deal, definition: Pipeline) -> Json:
    """The parts of the card by their names."""
    return {
        "claim": _claim(deal, definition),
        "requests": [_request(deal, definition, kind) for kind in definition.requests],
        "processes": [_process(deal, definition, kind) for kind in definition.processes],
        "payments": {
            name: _payments(deal, name)
            for name, spec in definition.fields.items()
            if spec.type == "payment_plan" and deal.fields.get(name)
        },
    }


def _claim(deal: Deal, definition: Pipeline) -> Json | None:
    """Who was asked and who declined; `open`: it can be claimed now."""
    known = deal.claim
    if known is None:
        return None
    here = definition.stages[deal.stage].claim is not None and known.visit == deal.visit
    return {
        **known.model_dump(mode="json", exclude={"visit"}),
        "open": here and known.by is None and deal.status == "open",
    }


def _request(deal: Deal, definition: Pipeline, kind: str) -> Json:
    """Whether the work was asked for, by its latest task; `mirror` is the task's double in 1C."""
    task = deal.latest_task(REQUEST + kind)
    mirror = deal.mirrored.get(task.number) if task else None
    return {
        "kind": kind,
        "title": _text(definition.requests[kind].title),
        "requested": task is not None,
        "task": f"{deal.id}.{task.number}" if task else None,
        "status": task.status if task else None,
        "mirror": mirror.model_dump(mode="json") if mirror else None,
    }


def _process(deal: Deal, definition: Pipeline, kind: str) -> Json:
    """The deals started under this kind. How far an open one is stands in the card's `links`."""
    rule = definition.processes[kind]
    started = [child for child in deal.children.values() if child.rule == PROCESSES + kind]
    deals = [
        {
            "deal": child.deal,
            "status": child.result.status if child.result else "open",
            "stage": child.result.stage if child.result else None,
        }
        for child in started
    ]
    return {"kind": kind, "title": _text(rule.title), "pipeline": rule.pipeline, "deals": deals}


def _payments(deal: Deal, name: str) -> list[Json]:
    """The rows of a payment plan with what each comes to and how it stands."""
    plan = payment_plan.read(deal.fields[name])
    amounts = payment_plan.amounts(plan, deal.amount)
    return [
        {
            "row": number,
            "percent": str(row.percent),
            "date": row.date.isoformat(),
            "amount": str(amount) if amount is not None else None,
            "received": str(amount if row.paid and amount is not None else row.received),
            "state": row.state,
        }
        for number, (row, amount) in enumerate(zip(plan, amounts, strict=True), start=1)
    ]


def _text(text: Text) -> Json:
    return {"ru": text.ru, "en": text.en}
