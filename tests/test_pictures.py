"""Pictures that the README and the documentation show are there, small, and none is kept for nothing."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)|<img\s[^>]*src=\"([^\"]+)\"")
MOST_BYTES = 250_000


def shown() -> dict[Path, list[Path]]:
    """Pictures by the page that shows them."""
    found: dict[Path, list[Path]] = {}
    for page in PAGES:
        for _, markdown, html in PICTURE.findall(page.read_text()):
            path = page.parent / (markdown or html)
            found.setdefault(page, []).append(path.resolve())
    return found


def test_every_picture_that_is_shown_is_there() -> None:
    gone = [
        f"{page.name}: {path.name}" for page, paths in shown().items() for path in paths if not path.is_file()
    ]
    assert not gone, f"make screenshots, or correct the page: {gone}"


def test_every_picture_says_in_words_what_it_shows() -> None:
    bare = [
        page.name
        for page in PAGES
        if any(not alt for alt, path, _ in PICTURE.findall(page.read_text()) if path)
    ]
    assert not bare


def test_pictures_are_small_and_are_shown() -> None:
    kept = set((ROOT / "docs" / "screenshots").glob("*.png"))
    assert kept
    assert [path.name for path in kept if path.stat().st_size > MOST_BYTES] == []
    on_pages = {path for paths in shown().values() for path in paths}
    assert kept - on_pages == set(), "nobody sees these"
