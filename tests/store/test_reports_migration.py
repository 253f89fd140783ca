"""Rows that were there before reports were."""

from __future__ import annotations

from sqlalchemy import text

from store.migrate import upgrade
from store.session import make_engine
from tests.store.databases import Databases

_DEAL = """
    INSERT INTO deals (id, pipeline, definition, title, stage, status, responsible, seq, opened_at, moved_at, at, state)
    VALUES ('d', 'p', 'x', 'Сделка', 'offer', 'open', 'sales', 1, now(), now(), now(),
        '{"tasks": {"1": {"stage": "fresh"}, "12": {"stage": "offer"}}}')"""
_TASKS = """
    INSERT INTO tasks (deal_id, number, key, title, assignee, creator, status, created_at)
    SELECT deal, number, 'k', '{}', 'sales', 'sales', 'open', now()
    FROM (VALUES ('d', 1), ('d', 12), ('d', 3), ('gone', 1)) AS made(deal, number)"""


async def test_older_tasks_learn_the_stage_they_were_given_in(databases: Databases) -> None:
    url = await databases.make()
    await upgrade(url, "0006")
    engine = make_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(_DEAL))
        await connection.execute(text(_TASKS))
    await upgrade(url, "0007")
    async with engine.connect() as connection:
        found = await connection.execute(text("SELECT deal_id, number, given_in FROM tasks ORDER BY 1, 2"))
        assert [tuple(row) for row in found] == [
            ("d", 1, "fresh"),
            ("d", 3, ""),
            ("d", 12, "offer"),
            ("gone", 1, ""),
        ]
    await engine.dispose()
