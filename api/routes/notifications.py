"""What a person was told: their own notices, read and unread."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import Acting, Limit, Reading, World
from api.replies import READ, deal_and_number, problem_responses
from store import queries, writes

router = APIRouter(prefix="/api/notifications", tags=["notifications"])


@router.get("", responses=problem_responses(401, 422, 503))
async def list_notifications(
    caller: Reading,
    deps: World,
    unread: bool | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> queries.Page[queries.NotificationRow]:
    """Мои уведомления, новые сверху · My notices, newest first."""
    async with deps.engine.connect() as connection:
        return await queries.notifications(connection, caller.id, unread=unread, cursor=cursor, limit=limit)


@router.post("/{notification_id}/read", status_code=204, responses=READ)
async def read(notification_id: str, caller: Acting, deps: World) -> Response:
    """Прочитано · Mark one of my notices, `{deal}.{seq}`, as read."""
    deal, seq = deal_and_number(
        notification_id, "not_found", "Уведомления {} нет.", "There is no notification {}."
    )
    async with deps.engine.begin() as connection:
        await writes.mark_read(connection, caller.id, [(deal, seq)])
    return Response(status_code=204)


@router.post("/read", status_code=204, responses=problem_responses(401, 503))
async def read_all(caller: Acting, deps: World) -> Response:
    """Прочитаны все · Mark all of mine as read."""
    async with deps.engine.begin() as connection:
        await writes.mark_read(connection, caller.id)
    return Response(status_code=204)
