"""What people look up in the company's 1C. It only reads; what is sent there goes through the deals."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.openapi.models import Example

from api.deps import Reading, World
from api.errors import ProblemError
from api.goods import Goods, GoodsUnavailable
from api.replies import problem_responses

router = APIRouter(prefix="/api/onec", tags=["hooks"])
_RETRY_AFTER_SECONDS = "30"
_EXAMPLES = {
    "ru": Example(summary="Часть названия", value="манометр"),
    "en": Example(summary="A part of the code", value="00-0000"),
}
Wanted = Annotated[
    str,
    Query(
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00-\x1f]*$",
        description="Часть названия или кода · A part of the title or of the code",
        openapi_examples=_EXAMPLES,
    ),
]


@router.get("/nomenclature", responses=problem_responses(401, 422, 503))
async def find_nomenclature(
    _: Reading, deps: World, q: Wanted, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> dict[str, list[Goods]]:
    """Номенклатура из 1С · Goods in 1C by a part of their title or code, by title."""
    if deps.goods is None:
        raise ProblemError(
            "onec_unavailable",
            "1С не подключена. Её адрес задаёт администратор сервера (ONEC_URL); товар можно вписать вручную.",
            "There is no 1C here. Who runs the server sets its address (ONEC_URL); goods can be typed in by hand.",
            cause="onec_not_configured",
        )
    try:
        return {"items": await deps.goods(q, limit)}
    except GoodsUnavailable as error:
        raise ProblemError(
            "onec_unavailable",
            "1С сейчас не отвечает на поиск. Повторите позже или впишите товар вручную.",
            "1C does not answer the search now. Try again later, or type the goods in by hand.",
            headers={"Retry-After": _RETRY_AFTER_SECONDS},
            cause=error.cause,
        ) from None
