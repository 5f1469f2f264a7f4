"""The desk as an ASGI application: its pages and its API, behind the headers of `headers`."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp

from news.people import Role
from review.desk import troubles
from review.desk.admission import Admission
from review.desk.api import about, accounts, changes, deliveries, looks, subscriptions, tokens
from review.desk.api import articles as articles_api
from review.desk.api import search as search_api
from review.desk.api import sources as sources_api
from review.desk.api import timeline as timeline_api
from review.desk.api import topics as topics_api
from review.desk.api.document import operation_name
from review.desk.api.tagging import Tagging
from review.desk.coverage import LatestCoverage
from review.desk.headers import Dressing
from review.desk.looks import Looks
from review.desk.pages import (
    adding,
    article,
    clip,
    entrance,
    feeds,
    files,
    inbox,
    mails,
    own,
    people,
    probes,
    search,
    sent,
    sources,
    timeline,
    topic_editor,
    topic_words,
    topics,
)
from review.desk.parts import Desk
from review.desk.passwords import Passwords
from review.desk.rendering import STATIC, Pages
from review.matchers import Bench

# A page or noun more is a line more.
PAGES = (
    adding.router,
    article.router,
    clip.router,
    entrance.router,
    feeds.router,
    files.router,
    inbox.router,
    # Before those whose paths would take its for a subscription's.
    sent.router,
    mails.router,
    own.router,
    people.router,
    probes.router,
    search.router,
    # After those whose paths it would take for a source's.
    sources.router,
    timeline.router,
    topic_editor.router,
    topic_words.router,
    topics.router,
)
API: tuple[APIRouter, ...] = (
    about.router,
    articles_api.router,
    looks.router,
    sources_api.router,
    search_api.router,
    timeline_api.router,
    topics_api.router,
    accounts.router,
    changes.router,
    deliveries.router,
    subscriptions.router,
    tokens.router,
)
PREFIX = "/api/v1"


def build(desk: Desk, *, local: bool) -> ASGIApp:
    """The application. `local`: browsers reach it by loopback, all of whose names lead to it."""
    return Dressing(application(desk), base_url=desk.base_url, local=local)


def application(desk: Desk) -> FastAPI:
    """The same without the headers. Raises RuntimeError where a route names no role."""
    app = FastAPI(
        title="wirewatch",
        version="1",
        description="Everything the desk can do. Lists page by `cursor`; errors are problem+json.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # Where a page has a slash too many there is none: a redirect would name whatever host was asked for.
        redirect_slashes=False,
        generate_unique_id_function=operation_name,
    )
    app.add_middleware(Tagging)
    app.state.desk = desk
    app.state.pages = Pages()
    app.state.passwords = Passwords()
    app.state.looks = Looks()
    app.state.bench = Bench(desk.judge)
    app.state.coverage = LatestCoverage(desk.database)
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    for router in API:
        app.include_router(router, prefix=PREFIX)
    app.state.roles = roles()
    app.mount("/static", StaticFiles(directory=STATIC))
    troubles.handle(app)
    return app


def roles() -> dict[tuple[str, str], Role | None]:
    """The role that every route needs, by method and path; None: open to everybody.

    Raises RuntimeError where a route names none, or two: nothing is open by silence.
    """
    found: dict[tuple[str, str], Role | None] = {}
    for prefix, routers in (("", PAGES), (PREFIX, API)):
        for route in (each for router in routers for each in router.routes):
            assert isinstance(route, APIRoute)
            named = [each.dependency for each in route.dependencies]
            admissions = [each for each in named if isinstance(each, Admission)]
            if len(admissions) != 1:
                raise RuntimeError(
                    f"{route.path} is to name one role: give it one of admission's dependencies"
                )
            methods = sorted(route.methods or ())
            found |= {(method, prefix + route.path): admissions[0].role for method in methods}
    return found
