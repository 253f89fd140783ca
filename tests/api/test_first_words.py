"""Pages and API share one address: each call of the API must be known as one by the first word of its path."""

from __future__ import annotations

from api.app import FIRST_WORDS
from tests.api.conftest import World
from ui.site_map import PAGES


def first_words(world: World) -> set[str]:
    """Of every route that the API has, also those that its description leaves out."""
    routers = [getattr(route, "original_router", world.app) for route in world.app.routes]
    routes = [*world.app.routes, *(route for router in routers for route in router.routes)]
    paths = {path for route in routes if (path := getattr(route, "path", ""))}
    assert len(paths) > 50, "the framework keeps its routes in another way now: teach this test"
    return {path.removeprefix("/").partition("/")[0] for path in paths}


def test_every_call_of_the_api_is_reached_through_the_product_s_address(world: World) -> None:
    assert first_words(world) == FIRST_WORDS, (
        "api/app.py, FIRST_WORDS: web.py leads all other paths to the pages"
    )


def test_no_page_stands_where_a_call_of_the_api_does() -> None:
    pages = {path.removeprefix("/").partition("/")[0] for path in (*PAGES, "/sign-in", "/ui-static/x")}
    assert pages & FIRST_WORDS == set()
