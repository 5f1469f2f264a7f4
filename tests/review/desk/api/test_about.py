"""Who one is to the API, what it says of itself, and how it says no."""

from __future__ import annotations

from news.people import Role
from tests.review.desk.sitting import Sitting


async def test_a_program_is_told_who_it_is(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST, "Anahit")
    key = await token(desk, "read")
    answer = await desk.client.get("/api/v1/me", headers={"authorization": f"Bearer {key}"})
    assert answer.json()["name"] == "Anahit"
    assert answer.json()["role"] == "reader"
    assert answer.json()["scope"] == "read"


async def test_what_a_program_has_already_is_not_sent_again(desk: Sitting) -> None:
    await desk.as_(Role.READER)
    for path in ("/me", "/openapi.json"):
        tag = (await desk.api("GET", path)).headers["etag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            answer = await desk.api("GET", path, headers={"if-none-match": known})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        assert (await desk.api("GET", path, headers={"if-none-match": '"other"'})).status_code == 200


async def test_whoever_is_not_known_is_told_how_to_be(desk: Sitting) -> None:
    for headers in ({}, {"authorization": "Bearer guessed"}, {"authorization": "Bearer"}):
        answer = await desk.client.get("/api/v1/me", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_under_another_name_a_program_is_told_so_in_its_own_words(desk: Sitting) -> None:
    answer = await desk.client.get("/api/v1/me", headers={"host": "evil.example"})
    assert answer.status_code == answer.json()["status"] == 421


async def test_a_token_that_reads_changes_nothing_and_makes_no_other_token(desk: Sitting) -> None:
    await desk.as_(Role.ADMINISTRATOR)
    for scope in ("read", "write"):
        bearer = {"authorization": f"Bearer {await token(desk, scope)}"}
        made = {"name": "more", "scope": "admin", "days": "1"}
        answer = await desk.client.post("/settings/tokens", data=made, headers=bearer)
        assert answer.status_code == 403, scope
    bearer = {"authorization": f"Bearer {await token(desk, 'read')}"}
    answer = await desk.client.post("/settings", data={"email": "else@example.com"}, headers=bearer)
    assert answer.status_code == 403


async def token(desk: Sitting, scope: str) -> str:
    """A token of whoever sits there."""
    made = await desk.post("/settings/tokens", name="script", scope=scope, days="1")
    return made.text.split('id="made">')[1].split("<")[0]
