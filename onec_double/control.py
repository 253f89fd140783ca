"""`/_double/`: what a test, a demonstration or a person does behind 1C's back. From this machine only."""

from __future__ import annotations

import html
import ipaddress
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from onec_double import seeds
from onec_double.base import Base, Object
from onec_double.faults import Fault, Faults
from onec_double.odata import ODataError, execute_task
from onec_double.schema import KEY, SCHEMA, TASK


class NewOffer(BaseModel):
    """`lines` are those of the tabular section; left out, four of the seeded goods."""

    deal: str
    lines: list[dict[str, Any]] | None = None
    posted: bool = True


class NewHook(BaseModel):
    """Any webhook, such as `payment.received`."""

    type: str
    data: dict[str, Any]


class Closing(BaseModel):
    """What the user of 1C writes as the result."""

    result: str = ""


def _from_here(request: Request) -> None:
    """Loopback only, and no form of some web page that a browser on this machine has open."""
    host = request.client.host if request.client else ""
    origin = request.headers.get("origin")
    if not ipaddress.ip_address(host or "0.0.0.0").is_loopback:
        raise HTTPException(403, "only from this machine")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "only from the double's own page")


def router(base: Base, faults: Faults) -> APIRouter:
    """The control interface of one base. Handlers are coroutines: the base belongs to the loop's thread."""
    routes = APIRouter(prefix="/_double", dependencies=[Depends(_from_here)])

    @routes.get("/faults")
    async def show_faults() -> list[Fault]:
        return faults.rules

    @routes.post("/faults", status_code=201)
    async def add_fault(fault: Fault) -> list[Fault]:
        faults.rules.append(fault)
        return faults.rules

    @routes.delete("/faults", status_code=204)
    async def clear_faults() -> None:
        faults.rules.clear()

    @routes.get("/ledger")
    async def show_ledger() -> list[Object]:
        return base.ledger()

    @routes.get("/objects/{entity}")
    async def show_objects(entity: str) -> list[Object]:
        if entity not in SCHEMA:
            raise HTTPException(404, "no such entity")
        return base.all(entity)

    @routes.post("/offers", status_code=201)
    async def make_offer(offer: NewOffer) -> Object:
        return seeds.add_offer(base, offer.deal, offer.lines, posted=offer.posted)

    @routes.post("/tasks/{key:path}/complete")
    async def complete(key: str, closing: Closing) -> Object:
        return _complete(base, key, closing.result)

    @routes.post("/tasks/{key:path}/cancel")
    async def cancel(key: str) -> Object:
        return base.change(TASK, _task(base, key)["Ref_Key"], {"DeletionMark": True}, "cancel", "user")

    @routes.get("/hooks")
    async def show_hooks() -> list[Object]:
        return base.hooks()

    @routes.post("/hooks", status_code=201)
    async def add_hook(hook: NewHook) -> dict[str, str]:
        return {"id": base.add_hook(hook.type, hook.data)}

    @routes.get("/", response_class=HTMLResponse)
    async def page() -> str:
        return _page(base)

    @routes.post("/complete")
    async def complete_by_form(
        key: Annotated[str, Form()], result: Annotated[str, Form()] = ""
    ) -> RedirectResponse:
        _complete(base, key, result)
        return RedirectResponse("/_double/", status_code=303)

    return routes


def _task(base: Base, key: str) -> Object:
    for task in base.all(TASK):
        if key in (task[KEY], task["Ref_Key"]):
            return task
    raise HTTPException(404, "no such task")


def _complete(base: Base, key: str, result: str) -> Object:
    try:
        return execute_task(base, _task(base, key)["Ref_Key"], "user", result)
    except ODataError as error:
        raise HTTPException(409, str(error)) from None


def _page(base: Base) -> str:
    rows = "".join(_row(task) for task in reversed(base.all(TASK)))
    return f"""<!DOCTYPE html><html lang="ru"><meta charset="utf-8"><title>Двойник 1С</title>
<meta name="viewport" content="width=device-width"><style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
td, th {{ text-align: left; padding: .4rem .8rem .4rem 0; vertical-align: top }}</style>
<h1>Двойник 1С: задачи</h1><p>Вместо настоящей 1С. Выполните задачу, и «Воронка» узнает об этом.</p>
<table><tr><th>Номер<th>Задача<th>Срок<th>Состояние</tr>{rows}</table></html>"""


def _row(task: Object) -> str:
    number, title, due = (html.escape(task[name]) for name in ("Number", "Description", "СрокИсполнения"))
    if task["Executed"] or task["DeletionMark"]:
        state = "выполнена" if task["Executed"] else "отменена"
    else:
        key = html.escape(task[KEY] or task["Ref_Key"], quote=True)
        state = (
            f'<form method="post" action="complete"><input type="hidden" name="key" value="{key}">'
            '<input name="result" placeholder="Результат" aria-label="Результат"> <button>Выполнить</button></form>'
        )
    shown = "" if due.startswith("0001") else due.replace("T", " ")
    return f"<tr><td>{number}<td>{title}<td>{shown}<td>{state}</tr>"
