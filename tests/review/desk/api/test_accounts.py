"""Accounts, tokens and the audit log by the API."""

from __future__ import annotations

from news.people import Role
from tests.review.desk.sitting import Sitting


async def test_an_administrator_makes_and_changes_an_account(desk: Sitting) -> None:
    await desk.as_(Role.ADMINISTRATOR, "Root")
    made = await desk.api("POST", "/accounts", json={"name": "Karen", "role": "analyst"})
    assert made.status_code == 201
    assert made.json()["link"].startswith(f"{desk.desk.base_url}/welcome/")
    path = made.headers["location"].removeprefix("/api/v1")
    tag = (await desk.api("GET", path)).headers["etag"]
    changed = await desk.api("PATCH", path, json={"enabled": False}, headers={"if-match": tag})
    assert changed.json()["enabled"] is False
    assert (
        await desk.api("PATCH", path, json={"role": "reader"}, headers={"if-match": tag})
    ).status_code == 412
    assert (await desk.api("POST", "/accounts", json={"name": "karen"})).status_code == 422
    told = (await desk.api("GET", "/audit", params={"noun": "account", "key": "Karen"})).json()["items"]
    assert [(each["action"], each["actor"]) for each in told] == [("changed", "Root"), ("added", "Root")]
    assert told[0]["before"] == {"enabled": True}


async def test_everybody_is_listed_by_name_page_by_page(desk: Sitting) -> None:
    await desk.as_(Role.ADMINISTRATOR, "Ծովինար")
    for name in ("anahit", "Karen", "Լիլիթ"):
        await desk.api("POST", "/accounts", json={"name": name})
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await desk.api("GET", "/accounts", params={"limit": 1, "cursor": cursor})).json()
        seen += [each["name"] for each in page["items"]]
        cursor = page["next"]
    assert seen == ["anahit", "Karen", "Լիլիթ", "Ծովինար"]


async def test_tokens_are_ones_own_and_an_administrators_reach_goes_further(desk: Sitting) -> None:
    karen = await desk.as_(Role.ANALYST, "Karen")
    made = (await desk.api("POST", "/tokens", json={"name": "script", "scope": "write"})).json()
    bearer = {"authorization": f"Bearer {made['key']}"}
    me = (await desk.client.get("/api/v1/me", headers=bearer)).json()
    assert (me["name"], me["scope"]) == ("Karen", "write")
    listed = (await desk.api("GET", "/tokens")).json()["items"]
    assert [each["name"] for each in listed] == ["script"]
    assert "key" not in listed[0]
    answer = await desk.client.post("/api/v1/tokens", headers=bearer, json={"name": "more"})
    assert answer.status_code == 403
    await desk.as_(Role.READER, "Eve")
    path = f"/tokens/{made['id']}"
    assert (await desk.api("DELETE", path)).status_code == 404
    assert (await desk.api("DELETE", path, params={"account": karen.id})).status_code == 403
    assert (await desk.api("GET", "/tokens", params={"account": karen.id})).status_code == 403
    await desk.as_(Role.ADMINISTRATOR, "Root")
    assert (await desk.api("DELETE", path, params={"account": karen.id})).status_code == 204
    assert (await desk.client.get("/api/v1/me", headers=bearer)).status_code == 401


async def test_what_no_row_can_have_is_refused_in_words(desk: Sitting) -> None:
    """PostgreSQL takes no NUL; SQLite does, and finds nothing."""
    await desk.as_(Role.ADMINISTRATOR)
    answer = await desk.api("GET", "/audit", params={"noun": "a\0b"})
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert "cannot be kept" in answer.json()["detail"]
    answer = await desk.api("POST", "/accounts", json={"name": "a\0b"})
    assert answer.status_code == 422
