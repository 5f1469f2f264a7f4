"""Who may ask for what: every route, as nobody and in every role, against the golden table."""

from __future__ import annotations

import pytest

from news.people import Role
from review.desk.app import roles
from tests.review.desk.golden import GOLDEN
from tests.review.desk.sitting import Sitting

NEVER = "/never/there"


def path_of(template: str) -> str:
    """An address of a route whose parameters name nothing that is there."""
    return template.replace("{", "").replace("}", "")


async def test_every_route_stands_in_the_golden_table(desk: Sitting) -> None:
    found = {f"{method} {path}": role for (method, path), role in roles().items()}
    assert found == GOLDEN


@pytest.mark.parametrize("visitor", [None, Role.READER, Role.ANALYST, Role.ADMINISTRATOR])
async def test_routes_let_in_whom_the_table_names(desk: Sitting, visitor: Role | None) -> None:
    if visitor is not None:
        await desk.as_(visitor)
    for (method, template), needed in roles().items():
        if template.endswith("/sign-out") or not needed:
            continue
        answer = await desk.client.request(method, path_of(template), headers={"x-csrf-token": desk.csrf})
        told = f"{method} {template}: {answer.status_code}"
        if visitor is None:
            sent_away = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
            assert sent_away or answer.status_code == 401, told
        elif not visitor.includes(needed):
            assert answer.status_code == 403, told
        else:
            assert answer.status_code not in (401, 403), told
            assert answer.status_code < 500, told


async def test_a_change_without_its_secret_is_refused(desk: Sitting) -> None:
    await desk.as_(Role.ADMINISTRATOR)
    for (method, template), needed in roles().items():
        if method in ("GET", "HEAD") or not needed:
            continue
        answer = await desk.client.request(method, path_of(template), headers={"x-csrf-token": "guessed"})
        assert answer.status_code == 403, f"{method} {template}"


async def test_another_site_changes_nothing_even_with_the_secret(desk: Sitting) -> None:
    await desk.as_(Role.READER)
    headers = {"sec-fetch-site": "cross-site", "x-csrf-token": desk.csrf}
    answer = await desk.client.post("/settings", headers=headers, data={"theme": "dark"})
    assert answer.status_code == 403


async def test_what_every_answer_says_to_the_browser(desk: Sitting) -> None:
    await desk.as_(Role.READER)
    for path in ("/settings", "/static/desk.css", NEVER, "/people", "/sign-in"):
        answer = await desk.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_another_name_leads_nowhere(desk: Sitting) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", ""):
        answer = await desk.client.get("/sign-in", headers={"host": host})
        assert answer.status_code == 421, host
    assert (await desk.client.get("/sign-in", headers={"host": "LOCALHOST:8000"})).status_code == 200


async def test_a_request_that_is_too_long_is_refused(desk: Sitting) -> None:
    await desk.as_(Role.READER)
    answer = await desk.post("/settings", email="x" * 6_000_000)
    assert answer.status_code == 413


async def test_there_is_no_page_elsewhere(desk: Sitting) -> None:
    await desk.as_(Role.READER)
    assert (await desk.get(NEVER)).status_code == 404
    answer = await desk.api("GET", NEVER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404
