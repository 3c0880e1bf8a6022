"""/docs: the API description as a page, drawn here, with no script and nothing from the network."""

import re
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code { font: 0.95em ui-monospace, monospace; }
article { border-top: 1px solid #8884; padding: 0.75rem 0; }
h2 { margin: 2rem 0 0.5rem; text-transform: capitalize; }
h3 { margin: 0; font-size: 1rem; font-weight: 600; }
.method { display: inline-block; min-width: 4.5em; font-weight: 700; color: #0a7a5a; }
p, ul { margin: 0.3rem 0; }
li { color: #777; } li code { color: CanvasText; }
"""


@router.get("/docs", response_class=HTMLResponse)
def page(request: Request) -> HTMLResponse:
    return HTMLResponse(
        _drawn(request.app.openapi()),
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"},
    )


def _drawn(description: dict[str, Any]) -> str:
    groups: dict[str, list[str]] = {}
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation.get("tags", ["other"])[0], []).append(_operation(method, path, operation))
    info = description["info"]
    body = "".join(f"<h2>{escape(name)}</h2>{''.join(items)}" for name, items in groups.items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])} API</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(info['title'])} API</h1><p>{escape(info['description'])}</p>"
        '<p>For programs: <a href="/openapi.json"><code>/openapi.json</code></a></p>'
        f"{body}</body></html>"
    )


def _prose(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    fields = [(p["name"], p["in"], p.get("description", "")) for p in operation.get("parameters", [])]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        properties = content.get("schema", {}).get("properties", {})
        fields += [(name, kind, schema.get("description", "")) for name, schema in properties.items()]
    listed = "".join(f"<li><code>{escape(n)}</code> ({escape(i)}) {escape(d)}</li>" for n, i, d in fields)
    answers = ", ".join(f"{code} {a['description']}" for code, a in operation.get("responses", {}).items())
    return (
        f'<article><h3><span class="method">{escape(method.upper())}</span> <code>{escape(path)}</code></h3>'
        f"<p>{_prose(operation.get('summary', ''))}. {_prose(operation.get('description', ''))}</p>"
        f"<ul>{listed}</ul><p>Answers: {escape(answers)}</p></article>"
    )
