"""The API's description of itself: OpenAPI 3.1 of all routes, with every answer that may come.

What every route may answer is said here once; a route names what is its own
(`responses={409: {"description": "..."}}`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from news.people import Role, Scope
from review.desk.problems import PROBLEM

PREFIX = ("api", "v1")
COMPONENTS = "#/components/schemas/"
BODIES = {"post", "put", "patch"}
HEADER = {"schema": {"type": "string"}}
WAYS_IN = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of your settings page."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "wirewatch",
        "description": "A browser's; changes need the header X-CSRF-Token too.",
    },
}
SAID = {
    400: "The request cannot be read.",
    401: "Nobody is signed in, or the token is not known.",
    403: "This is not for that role, or for that token's scope.",
    404: "There is no such thing.",
    409: "That cannot be done as things are.",
    412: "It was changed since it was read (If-Match).",
    413: "The request is too long.",
    422: "A value cannot be; `errors` names which, and why.",
    429: "Too many requests.",
    503: "The database, or a process that is needed, does not answer now.",
}


class Wrong(BaseModel):
    """A value that cannot be."""

    field: str = Field(description="Its name; parts of it after a dot.")
    problem: str


class Problem(BaseModel):
    """What is wrong, as RFC 9457 has it."""

    model_config = ConfigDict(title="Problem", extra="allow")

    type: str
    title: str
    status: int
    detail: str
    errors: list[Wrong] = Field(default=[], description="With 422: the values that cannot be.")


def operation_name(route: APIRoute) -> str:
    """What a route is called in the document: its function and its noun."""
    named = [part for part in route.path_format.split("/") if part and not part.startswith("{")]
    noun = next((part for part in named if part not in PREFIX), "")
    return re.sub(r"\W", "_", f"{route.name}_{noun}" if noun != route.name else noun)


def document(app: FastAPI, roles: Mapping[tuple[str, str], Role | None], base_url: str) -> dict[str, Any]:
    """OpenAPI of the application's API; `roles` by method and path, as `app.roles` has them."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=[{"url": base_url}],
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for ours in ("HTTPValidationError", "ValidationError"):
        schemas.pop(ours, None)
    schemas["Wrong"] = Wrong.model_json_schema()
    schemas["Problem"] = Problem.model_json_schema(ref_template=COMPONENTS + "{model}")
    schemas["Problem"].pop("$defs", None)
    made["components"]["securitySchemes"] = WAYS_IN
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, path, roles.get((method.upper(), path)))
    return made


def _complete(operation: dict[str, Any], method: str, path: str, role: Role | None) -> None:
    """Say of an operation whom it is for and all that it may answer."""
    parameters = {each["name"] for each in operation.get("parameters", ())}
    reads = method == "get"
    if role is not None:
        scope = list(Scope)[list(Role).index(role)] if reads or role is not Role.READER else Scope.WRITE
        operation["x-role"], operation["x-scope"] = str(role), str(scope)
        operation["security"] = [{"token": []}, {"session": []}]
        told = f"For {role}s and tokens of scope `{scope}`."
        operation["description"] = f"{operation.get('description', '')}\n\n{told}".strip()
    answers = operation["responses"]
    wrong = {503} | ({401, 403} if role is not None else set())
    wrong |= {422} if parameters or "requestBody" in operation else set()
    wrong |= {404} if "{" in path else set()
    wrong |= {412} if "If-Match" in parameters else set()
    wrong |= {400, 413} if method in BODIES else set()
    wrong |= {int(status) for status in answers if status.isdigit() and int(status) >= 400}
    for status in sorted(wrong):
        # FastAPI puts its own 422 there, which troubles.py does not answer.
        own = answers.get(str(status), {}).get("description", "")
        said = own if own not in ("", "Validation Error") else SAID.get(status, HTTPStatus(status).phrase)
        schema = {"$ref": COMPONENTS + "Problem"}
        answers[str(status)] = {"description": said, "content": {PROBLEM: {"schema": schema}}}
    _tagged(answers, reads)


def _tagged(answers: dict[str, Any], reads: bool) -> None:
    """Say what tags and addresses the good answers carry."""
    good = answers.get("200") or answers.get("201")
    if good is None or "application/json" not in good.get("content", {}):
        return
    good.setdefault("headers", {})["ETag"] = HEADER
    if "201" in answers:
        good["headers"]["Location"] = HEADER
    if reads:
        answers["304"] = {"description": "It is as the program has it (If-None-Match)."}
