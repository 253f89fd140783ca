"""The tabs of the organisation's page, one module each: `async def draw(tab: Tab) -> None`."""
