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
    "GET /api/v1/timeline": READER,
    "GET /api/v1/timeline/articles": READER,
    "GET /timeline": READER,
    "GET /timeline/{form}": READER,
    "GET /topics": READER,
    "GET /topics/+new": ANALYST,
    "POST /topics/+draft": ANALYST,
    "POST /topics/+names": ANALYST,
    "POST /topics/+preview": ANALYST,
    "POST /topics/+save": ANALYST,
    "GET /topics/{slug}": READER,
    "GET /topics/{slug}/edit": ANALYST,
    "GET /topics/{slug}/history": READER,
    "GET /topics/{slug}/remove": ANALYST,
    "POST /topics/{slug}/remove": ANALYST,
    "GET /welcome/{key}": NOBODY,
    "POST /welcome/{key}": NOBODY,
}
