"""The role every route needs, as it is meant to be: written by hand, compared with what the routes say."""

from __future__ import annotations

from news.people import Role

NOBODY, READER, ANALYST, ADMINISTRATOR = None, Role.READER, Role.ANALYST, Role.ADMINISTRATOR

# One line a route; None: nobody need be signed in.
GOLDEN: dict[str, Role | None] = {
    "GET /": READER,
    "GET /api/v1/me": READER,
    "GET /api/v1/openapi.json": READER,
    "GET /articles/{article}": READER,
    "POST /articles/{article}/assignee": ANALYST,
    "POST /articles/{article}/notes": ANALYST,
    "POST /articles/{article}/notes/remove": ANALYST,
    "POST /articles/{article}/opened": READER,
    "POST /articles/{article}/reading": READER,
    "POST /articles/{article}/tags": ANALYST,
    "POST /articles/{article}/tags/remove": ANALYST,
    "POST /articles/{article}/uses": ANALYST,
    "POST /articles/{article}/uses/remove": ANALYST,
    "POST /articles/{article}/verdict": ANALYST,
    "GET /audit": ADMINISTRATOR,
    "GET /healthz": NOBODY,
    "GET /inbox": READER,
    "GET /inbox/new": READER,
    "POST /inbox/readings": READER,
    "POST /inbox/saved": READER,
    "POST /inbox/saved/remove": READER,
    "POST /inbox/verdicts": ANALYST,
    "GET /metrics": READER,
    "GET /people": ADMINISTRATOR,
    "POST /people": ADMINISTRATOR,
    "POST /people/change": ADMINISTRATOR,
    "POST /people/link": ADMINISTRATOR,
    "GET /readyz": NOBODY,
    "GET /settings": READER,
    "POST /settings": READER,
    "POST /settings/password": READER,
    "POST /settings/sessions/end": READER,
    "POST /settings/tokens": READER,
    "POST /settings/tokens/end": READER,
    "GET /sign-in": NOBODY,
    "POST /sign-in": NOBODY,
    "POST /sign-out": READER,
    "GET /api/v1/timeline": READER,
    "GET /api/v1/timeline/articles": READER,
    "GET /timeline": READER,
    "GET /timeline/{form}": READER,
    "GET /welcome/{key}": NOBODY,
    "POST /welcome/{key}": NOBODY,
}
