"""The role every route needs, as it is meant to be: written by hand, compared with what the routes say."""

from __future__ import annotations

from news.people import Role

NOBODY, READER, ANALYST, ADMINISTRATOR = None, Role.READER, Role.ANALYST, Role.ADMINISTRATOR

# One line a route; None: nobody need be signed in.
GOLDEN: dict[str, Role | None] = {
    "GET /": READER,
    "GET /api/v1/me": READER,
    "GET /api/v1/openapi.json": READER,
    "GET /audit": ADMINISTRATOR,
    "GET /clip": ANALYST,
    "POST /clip": ANALYST,
    "GET /healthz": NOBODY,
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
    "GET /sources": READER,
    "GET /sources/-/add": ANALYST,
    "POST /sources/-/add": ANALYST,
    "GET /sources/-/file": READER,
    "POST /sources/-/file": ANALYST,
    "POST /sources/-/file/take": ANALYST,
    "GET /sources/-/list.{form}": READER,
    "GET /sources/-/looks/{look}": ANALYST,
    "GET /sources/-/new": ANALYST,
    "POST /sources/-/new": ANALYST,
    "GET /sources/-/sources.opml": READER,
    "GET /sources/-/sources.toml": READER,
    "GET /sources/{slug}": READER,
    "GET /sources/{slug}/edit": ANALYST,
    "POST /sources/{slug}/edit": ANALYST,
    "POST /sources/{slug}/pause": ANALYST,
    "POST /sources/{slug}/resume": ANALYST,
    "POST /sources/{slug}/tier": ANALYST,
    "POST /sources/{slug}/visit": ANALYST,
    "GET /api/v1/timeline": READER,
    "GET /api/v1/timeline/articles": READER,
    "GET /timeline": READER,
    "GET /timeline/{form}": READER,
    "GET /welcome/{key}": NOBODY,
    "POST /welcome/{key}": NOBODY,
}
