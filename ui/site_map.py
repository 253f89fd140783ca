"""Every page, by its address: the table of contents of the UI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from ui.pages import board, deal, my_day, organisation, pipeline, reports, search, task

Page = Callable[..., Awaitable[None]]

# Words in braces come to the page as arguments after the view.
PAGES: Mapping[str, Page] = {
    "/": my_day.page,
    "/organisation": organisation.page,
    "/boards/{pipeline}": board.page,
    "/deals/{deal}": deal.page,
    "/pipelines/{pipeline}": pipeline.page,
    "/reports": reports.page,
    "/search": search.page,
    "/tasks/{task}": task.page,
}
