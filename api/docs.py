"""The API's description for people: a page made from the OpenAPI document, no scripts, no foreign hosts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse

_METHODS = ("get", "post", "put", "patch", "delete")
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1d2430 }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #d5dae2 } summary { cursor: pointer; padding: .3rem 0 }
code, pre { font: 14px/1.45 ui-monospace, monospace }
pre { background: #f3f5f8; padding: .8rem; overflow: auto }
.method { display: inline-block; min-width: 4.2rem; font-weight: 600 }
td { text-align: left; padding: .1rem 1rem .1rem 0 }
@media (prefers-color-scheme: dark) {
  body { background: #14181f; color: #dfe4ec } pre { background: #1e242e } a { color: #8ab4f8 }
}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


def router(app: FastAPI) -> APIRouter:
    """The page's route."""
    routes = APIRouter()

    @routes.get("/api/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page(app.openapi()), headers={"Content-Security-Policy": _POLICY})

    return routes


def page(document: dict[str, Any]) -> str:
    """The document as HTML."""
    info = document["info"]
    parts = [
        f"<!doctype html><html lang=ru><meta charset=utf-8><title>{escape(info['title'])}</title>",
        '<meta name=viewport content="width=device-width">',
        f"<style>{_STYLE}</style><h1>{escape(info['title'])}</h1>",
        *(f"<p>{escape(line)}</p>" for line in info["description"].split("\n\n")),
        '<p><a href="/api/openapi.json">OpenAPI</a> · <a href="/api/problems">Problems</a></p>',
    ]
    for tag in document["tags"]:
        parts.append(f"<h2>{escape(tag['name'])}</h2><p>{escape(tag['description'])}</p>")
        parts.extend(_operation(*found) for found in _operations(document, tag["name"]))
    return "\n".join(parts)


def _operations(document: dict[str, Any], tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods and methods[method]["tags"][-1] == tag:
                yield path, method, methods[method]


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    text = escape(operation.get("description", operation.get("summary", "")))
    parts = [
        f"<details><summary><code class=method>{method.upper()}</code> <code>{escape(path)}</code>",
        f"<br>{text}</summary>",
    ]
    parameters = [found for found in operation.get("parameters", []) if found["in"] != "path"]
    if parameters:
        rows = "".join(
            f"<tr><td><code>{escape(found['name'])}</code><td>{escape(found['in'])}"
            f"<td>{escape(found.get('description', ''))}"
            for found in parameters
        )
        parts.append(f"<table>{rows}</table>")
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for example in content.get("examples", {}).values():
            body = json.dumps(example["value"], ensure_ascii=False, indent=2)
            parts.append(f"<p>{escape(example['summary'])}</p><pre>{escape(body)}</pre>")
    statuses = "".join(
        f"<tr><td><code>{status}</code><td>{escape(answer['description'])}"
        for status, answer in operation["responses"].items()
    )
    return "".join([*parts, f"<table>{statuses}</table></details>"])
