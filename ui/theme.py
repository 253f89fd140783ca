"""Style sheets and what stands in every page's head."""

from __future__ import annotations

import hashlib
from pathlib import Path

from nicegui import app, ui

STATIC = Path(__file__).parent / "static"
PATH = "/ui-static"


def install() -> None:
    """Serves the style sheets, and names them on every page; theme.css first."""
    # As in theme.css, which also has the dark ones: the library writes these on every page by itself.
    app.colors(primary="#2b50c8", positive="#1b6b3f", negative="#b3261e", warning="#8a5300", info="#2b50c8")
    app.add_static_files(PATH, STATIC)
    for file in sorted(STATIC.glob("*.css"), key=lambda file: (file.name != "theme.css", file.name)):
        mark = hashlib.sha256(file.read_bytes()).hexdigest()[:12]  # a changed file is loaded anew
        ui.add_head_html(f'<link rel="stylesheet" href="{PATH}/{file.name}?{mark}">', shared=True)
