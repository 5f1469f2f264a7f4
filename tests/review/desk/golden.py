"""The role every route needs, as it is meant to be: written by hand, compared with what the routes say."""

from __future__ import annotations

from news.people import Role

NOBODY, READER, ANALYST, ADMINISTRATOR = None, Role.READER, Role.ANALYST, Role.ADMINISTRATOR

# One line a route; None: nobody need be signed in.
GOLDEN: dict[str, Role | None] = {
    "GET /": READER,
    "GET /api/v1/accounts": ADMINISTRATOR,
    "POST /api/v1/accounts": ADMINISTRATOR,
    "GET /api/v1/accounts/{number}": ADMINISTRATOR,
    "PATCH /api/v1/accounts/{number}": ADMINISTRATOR,
    "POST /api/v1/accounts/{number}/link": ADMINISTRATOR,
    "GET /api/v1/audit": ADMINISTRATOR,
    "GET /api/v1/deliveries": READER,
    "GET /api/v1/deliveries/{number}": READER,
    "GET /api/v1/deliveries/{number}/message": READER,
    "POST /api/v1/deliveries/{number}/resend": READER,
    "GET /api/v1/me": READER,
    "PATCH /api/v1/me": READER,
    "GET /api/v1/subscriptions": READER,
    "POST /api/v1/subscriptions": READER,
    "GET /api/v1/subscriptions/{number}": READER,
    "PATCH /api/v1/subscriptions/{number}": READER,
    "DELETE /api/v1/subscriptions/{number}": READER,
    "POST /api/v1/subscriptions/{number}/pause": READER,
    "POST /api/v1/subscriptions/{number}/resume": READER,
    "GET /api/v1/subscriptions/{number}/preview": READER,
    "GET /api/v1/tokens": READER,
    "POST /api/v1/tokens": READER,
    "DELETE /api/v1/tokens/{number}": READER,
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
    "GET /welcome/{key}": NOBODY,
    "POST /welcome/{key}": NOBODY,
}
