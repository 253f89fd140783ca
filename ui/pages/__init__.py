"""One module per page: `async def page(view, ...)` draws it."""
