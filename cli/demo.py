"""`voronka demo`: sample deals for looking around, made over HTTP as people would make them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

import httpx
import typer

from cli.token import TokenFile
from settings import Settings

PIPELINES = (
    "fulfilment.quote", "fulfilment.contract", "fulfilment.receiving", "fulfilment.processing",
    "fulfilment.shipping", "prom2b.lead", "prom2b.order", "luxsr.lead", "luxsr.new_client", "sales_1c.sale",
)  # fmt: skip
PEOPLE = ("sales", "head", "consultant")
_CLIENTS = {  # with an INN each, right by its check digits, of a region that there is not
    "ООО «Ромашка»": "0099000007", "АО «Северный путь»": "0099010005", "ООО «Медтехника»": "0099020003",
    "ИП Кузнецова А. В.": "009903000093", "ООО «Вектор»": "0099040000", "АО «Агропром»": "0099050008",
    "ООО «Техно-Альянс»": "0099060006", "ООО «СтройГарант»": "0099070004", "ПАО «Уралмаш-Сервис»": "0099080002",
    "ООО «Тёплый дом»": "0099090000",
}  # fmt: skip
_WISHES = (
    "Хранение 120 паллет", "Упаковка подарочных наборов", "Маркировка партии", "Поставка весов и гирь",
    "Сувениры к выставке", "Комплектация заказов", "Термометры с поверкой", "Доставка на маркетплейс",
)  # fmt: skip
_NAMES = ("Иван Петров", "Ольга Смирнова", "Тимур Алиев", "Нина Фомина", "Глеб Орлов")
_MOST_STEPS = 6


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("demo")(demo)


def demo(
    deals: Annotated[int, typer.Option(help="How many deals to make.", min=1, max=5000)] = 40,
    pipeline: Annotated[
        str | None, typer.Option(help="All in this pipeline, such as fulfilment.quote.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same number makes the same deals.")] = 1,
) -> None:
    """Fill the running product (`voronka up`) with sample deals at various stages."""
    settings = Settings()
    kept = TokenFile(settings.data.resolve())
    tokens = {person: kept.get(person) for person in PEOPLE}
    found = {person: token.text for person, token in tokens.items() if token}
    if len(found) < len(PEOPLE):
        raise typer.BadParameter("There are no demo tokens in VORONKA_DATA: start `voronka up` there first.")
    url = f"http://{settings.host}:{settings.port}"
    made = 0
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as http:
        maker = _Maker(http, found, random.Random(seed))
        try:
            for number in range(deals):
                made += maker.make(pipeline or PIPELINES[number % len(PIPELINES)])
                if not number % 10:
                    typer.echo(f"{made} of {deals}")
        except httpx.TransportError:
            typer.echo(
                f"Voronka does not answer at {url}; {made} of {deals} deals were made. Start it with `make run`, "
                "or set VORONKA_PORT to the port it has.",
                err=True,
            )
            raise typer.Exit(1) from None
    typer.echo(f"{made} sample deals were made. Look at them: {url}")


@dataclass
class _Maker:
    http: httpx.Client
    tokens: dict[str, str]
    chance: random.Random

    def make(self, pipeline: str) -> int:
        """Opens a deal and leads it a few stages on; 1, or 0 where the pipeline does not let people open one."""
        person = self.chance.choice(PEOPLE)
        headers = {"Authorization": f"Bearer {self.tokens[person]}"}
        client, wish = self.chance.choice(tuple(_CLIENTS)), self.chance.choice(_WISHES)
        body = {
            "pipeline": pipeline,
            "title": f"{wish} — {client}",
            **self._company(client, headers),
            # a number of its own: deals with the same contact are told as likely duplicates
            "contact": {
                "name": self.chance.choice(_NAMES),
                "phone": f"+7999{self.chance.randrange(10**7):07}",
            },
            "amount": str(self.chance.randrange(20, 3000) * 1000),
        }
        answer = self.http.post("/api/deals", json=body, headers=headers)
        if answer.is_error:
            return 0
        card = answer.json()
        specs = self.http.get(f"/api/pipelines/{pipeline}", headers=headers).json()["definition"]["fields"]
        for _ in range(self.chance.randrange(_MOST_STEPS)):
            card = self._step(card, specs, headers) or card
        return 1

    def _company(self, client: str, headers: dict[str, str]) -> dict[str, Any]:
        """The client's company: the one that is there already, or a new one."""
        inn = _CLIENTS[client]
        answer = self.http.get("/api/companies", params={"inn": inn}, headers=headers)
        known = [] if answer.is_error else answer.json()["items"]
        return {"company_id": known[0]["id"]} if known else {"company": {"name": client, "inn": inn}}

    def _step(
        self, card: dict[str, Any], specs: dict[str, Any], headers: dict[str, str]
    ) -> dict[str, Any] | None:
        """Moves to the next stage ahead that lets it in; None where none does."""
        for move in self._ahead(card):
            fields = {
                name: self._value(specs[name]["type"], specs[name], headers) for name in move["missing"]
            }
            body = {"to": move["to"], "fields": fields}
            answer = self.http.post(f"/api/deals/{card['id']}/move", json=body, headers=headers)
            if not answer.is_error:
                moved: dict[str, Any] = answer.json()
                return moved
        return None

    def _ahead(self, card: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Stages that are no end and have no gate before them, the nearest first."""
        yield from (move for move in card["moves"] if move["kind"] == "open" and not move["gates"])

    def _value(self, type: str, spec: dict[str, Any], headers: dict[str, str]) -> Any:
        match type:
            case "number" | "money":
                return str(self.chance.randrange(1, 500))
            case "bool":
                return True
            case "date":
                return (date.today() + timedelta(days=self.chance.randrange(2, 30))).isoformat()
            case "datetime":
                return f"{date.today() + timedelta(days=self.chance.randrange(2, 9))}T10:00:00+03:00"
            case "employee":
                return self.chance.choice(("director", "head", "lawyer", "warehouse"))
            case "choice":
                return self.chance.choice(sorted(spec["options"]))
            case "file" | "files":
                content = ("offer.pdf", b"%PDF-1.7 sample", "application/pdf")
                return self.http.post("/api/files", files={"file": content}, headers=headers).json()["id"]
            case "lines":
                return [
                    {"title": self.chance.choice(_WISHES), "quantity": "10", "unit": "шт", "price": "1500.00"}
                ]
            case "payment_plan":
                due = (date.today() + timedelta(days=10)).isoformat()
                return [{"percent": "100", "date": due}]
            case _:
                return self.chance.choice(_WISHES)
