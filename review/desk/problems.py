"""What a program is told when something is wrong: problem+json (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

API = "/api/"
PROBLEM = "application/problem+json"


def problem(status: int, detail: str, **more: Any) -> JSONResponse:
    """An answer to a program that something is wrong, and what."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(told | more, status, media_type=PROBLEM)


def for_program(path: str) -> bool:
    """Whether it is a program that asks for that path."""
    return path.startswith(API)
