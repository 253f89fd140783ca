"""A page for people who are no employees: plain HTML that works without scripts and loads nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from fastapi.responses import HTMLResponse

from domain.base import Language

_STYLE = """
:root { color-scheme: light dark; --accent: #1d5fd1; --wrong: #b3261e; --line: #8a8f98; }
@media (prefers-color-scheme: dark) { :root { --accent: #8ab4f8; --wrong: #f2b8b5; --line: #6b7078; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 34rem; padding: 1.5rem 1rem 3rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; }
form { display: grid; gap: 1.1rem; }
label, legend { display: block; font-weight: 600; padding: 0; }
input, textarea, select { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; margin-top: .25rem;
  font: inherit; font-weight: 400; border: 1px solid var(--line); border-radius: .5rem;
  background: transparent; color: inherit; }
select { background: Canvas; }
textarea { min-height: 7rem; resize: vertical; }
input[type=checkbox], input[type=radio] { width: 1.25rem; min-height: 1.25rem; height: 1.25rem; margin: 0; flex: none; }
.choice { display: flex; gap: .6rem; align-items: center; font-weight: 400; min-height: 2.75rem; }
fieldset { border: 0; margin: 0; padding: 0; }
.marks { display: flex; gap: 1.25rem; flex-wrap: wrap; }
button { min-height: 2.75rem; padding: .5rem 1.5rem; font: inherit; font-weight: 600; border: 0; border-radius: .5rem;
  background: var(--accent); color: Canvas; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.wrong { color: var(--wrong); margin: .25rem 0 0; }
.wrong input, input[aria-invalid=true], textarea[aria-invalid=true] { border-color: var(--wrong); }
.aside { position: absolute; left: -100vw; width: 1px; height: 1px; overflow: hidden; }
"""


def page(language: Language, title: str, body: str, status: int = 200) -> HTMLResponse:
    """The whole page. `title` is plain text, `body` HTML whose values are escaped already."""
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)}</title><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(text, status, _headers())


def _headers() -> dict[str, str]:
    style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",  # the address of a review is a secret
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
