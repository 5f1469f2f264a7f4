"""What every answer of the desk says to the browser, and what is not let in at all.

A plain ASGI layer around the application, so that error pages and static files
have it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review.desk.problems import for_program, problem

# Nothing but our own files: no inline script, no inline style, no other site, no frame around us.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}
A_YEAR = "max-age=31536000"
# Bytes of a request: an OPML file or a pasted text is the largest there is.
LARGEST = 5 * 2**20
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class TooLarge(Exception):
    """The request is longer than anything the desk takes."""


class Dressing:
    """Sets `ALWAYS` where an answer does not say otherwise; refuses other names than ours and what is too
    long. `base_url` names us; the names of loopback lead to us too where `local`."""

    def __init__(self, app: ASGIApp, *, base_url: str, local: bool) -> None:
        self._app = app
        self._secure = base_url.startswith("https://")
        self._hosts = {urlsplit(base_url).hostname or "", *(LOOPBACK if local else ())}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken, headers = 0, Headers(scope=scope)

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST:
                raise TooLarge
            return message

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(scope["path"], MutableHeaders(scope=message))
            await send(message)

        refusal = self._refusal(scope["path"], headers)
        if refusal is not None:
            await refusal(scope, receive, dressed)
            return
        await self._app(scope, limited, dressed)

    def _refusal(self, path: str, headers: Headers) -> Response | None:
        if _name(headers.getlist("host")) not in self._hosts:
            return _refused(path, 421, "This is asked for under another name.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST:
            return _refused(path, 413, f"A request may have {LARGEST} bytes at most.")
        return None

    def _dress(self, path: str, headers: MutableHeaders) -> None:
        for name, value in ALWAYS.items():
            headers.setdefault(name, value)
        if self._secure:
            headers.setdefault("strict-transport-security", A_YEAR)


def _refused(path: str, status: int, said: str) -> Response:
    return problem(status, said) if for_program(path) else PlainTextResponse(f"{said}\n", status)


def _name(hosts: Sequence[str]) -> str:
    """The host a request names, without its port; "" where there is none or several."""
    if len(hosts) != 1:
        return ""
    name, _, port = hosts[0].rpartition(":")
    return (name if name and port.isdecimal() else hosts[0]).lower()
