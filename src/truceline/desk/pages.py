"""Pages: the built console, and the headers that every answer carries.

The console runs only what this desk serves: no inline script, no foreign address, no frame of others. Its files are named by
their content, so they may be kept for ever; the page itself is asked for anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.router import Router
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, Message, Receive, Scope, Send

PAGES = Path(__file__).parent / "static"
PLACES = ("watch", "findings", "cases", "reports")
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
FOREIGN_NAME = 4400
NOT_BUILT = (
    "<!doctype html><title>Truceline</title><p>The console is not built. Run <code>make console</code>. "
    "The API answers: <a href=/schema/openapi.json>/schema/openapi.json</a>.</p>"
)


def own_names(names: frozenset[str]) -> Callable[[ASGIApp], ASGIApp]:
    """Return a middleware that answers only requests for these host names, on any port.

    A foreign page can point a name of its own at this machine and then ask us as if it were one of ours (DNS rebinding).
    """

    def wrap(app: ASGIApp) -> ASGIApp:
        async def asked(scope: Scope, receive: Receive, send: Send) -> None:
            given = next((value for name, value in scope["headers"] if name == b"host"), b"").decode(
                "latin-1"
            )
            if given.rsplit(":", 1)[0] in names or given in names:
                await app(scope, receive, send)
            elif scope["type"] == "websocket":  # type: ignore[comparison-overlap]
                await send({"type": "websocket.close", "code": FOREIGN_NAME, "reason": ""})
            else:
                body = b'{"status":400,"what":"this desk does not answer under that name","where":"","remedy":""}'
                await ASGIResponse(body=body, status_code=400, media_type=MediaType.JSON)(
                    scope, receive, send
                )

        return asked

    return wrap


async def guard(message: Message, scope: Scope) -> None:
    """Give every answer the headers above, where it has no own; answers about a day are never kept."""
    if message["type"] != "http.response.start":
        return
    given = {name.lower() for name, _ in message["headers"]}
    extra = dict(HEADERS)
    path = scope["path"]
    extra["cache-control"] = (
        "public, max-age=31536000, immutable" if path.startswith("/assets/") else "no-store"
    )
    message["headers"] = [
        *message["headers"],
        *((name.encode(), value.encode()) for name, value in extra.items() if name.encode() not in given),
    ]


def pages(folder: Path) -> Sequence[HTTPRouteHandler | Router]:
    """Return the routes of the built console: its page under every place's address, and its files."""

    @get(["/", *(f"/{place}" for place in PLACES), *(f"/{place}/{{rest:str}}" for place in PLACES[1:])],
         media_type=MediaType.HTML, include_in_schema=False, sync_to_thread=False)  # fmt: skip
    def page() -> Response[bytes]:
        file = folder / "index.html"
        body = file.read_bytes() if file.is_file() else NOT_BUILT.encode()
        return Response(body, media_type="text/html; charset=utf-8")

    @get("/mark.svg", media_type="image/svg+xml", include_in_schema=False, sync_to_thread=False)
    def mark() -> Response[bytes]:
        file = folder / "mark.svg"
        body = file.read_bytes() if file.is_file() else b""
        return Response(body, media_type="image/svg+xml", status_code=200 if body else 404)

    if not (folder / "assets").is_dir():
        return [page, mark]
    return [page, mark, create_static_files_router("/assets", [folder / "assets"], include_in_schema=False)]
