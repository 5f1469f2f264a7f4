"""An account on X is checked as it is collected: by the interface with the token, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web import Reply, Web, serving
from tests.wirewatch.running import wirewatch
from tests.wirewatch.test_commands import Desk

JSON = {"Content-Type": "application/json"}
POST = {"id": "12", "text": "On the road", "created_at": "2022-12-12T08:00:00.000Z", "lang": "en"}
ANSWER = Reply(json.dumps({"data": [POST], "meta": {"result_count": 1}}), headers=JSON)
BLOCK = (
    '[[source]]\nslug = "account"\noutlet = "account"\nname = "Account"\nkind = "ministry"\n'
    'url = "https://x.com/spokesperson"\nspider = "x"\n'
)


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as site:
        site.put("api.test", "*", ANSWER)
        site.put("other.test", "/2/search", ANSWER)
        yield site


@pytest.fixture
def account(desk: Desk) -> Desk:
    file = desk.folder / "account.toml"
    file.write_text(BLOCK)
    assert desk.wirewatch("sources", "import", str(file))[0] == 0
    return desk


def checked(desk: Desk, token: str = "") -> tuple[int, dict[str, Any]]:
    more = {"WIREWATCH_X__ENDPOINT": desk.web.url("api.test", "/2/search")}
    if token:
        more["WIREWATCH_X__TOKEN"] = token
    status, said, _ = wirewatch({**desk.environment, **more}, "sources", "check", "account", "--json")
    (row,) = json.loads(said)
    return status, row


def test_with_a_token_the_interface_is_asked(account: Desk) -> None:
    account.web.put("api.test", "*", ANSWER)
    account.web.asked.clear()
    status, row = checked(account, "secret-token")
    assert (status, row["state"], row["problem"]) == (0, "fine", None)
    assert [entry["url"] for entry in row["entries"]] == ["https://x.com/spokesperson/status/12"]
    (asked,) = account.web.asked
    assert (asked.host, asked.headers["Authorization"]) == ("api.test", "Bearer secret-token")
    assert "from%3Aspokesperson" in asked.path


def test_the_token_is_not_carried_to_where_an_answer_redirects(account: Desk, web: Web) -> None:
    elsewhere = web.url("other.test", "/2/search")
    web.put("api.test", "*", Reply("", status=302, headers={"Location": elsewhere}))
    web.asked.clear()
    assert checked(account, "secret-token")[0] == 0
    there = [each for each in web.asked if each.host == "other.test"]
    assert there
    assert all("Authorization" not in each.headers for each in there)


def test_without_a_token_that_is_said_and_nothing_is_asked(account: Desk) -> None:
    account.web.asked.clear()
    status, row = checked(account)
    assert (status, row["state"], row["status"]) == (1, "waiting", None)
    assert row["problem"] == "X is read by its API only, and no token is set"
    assert "WIREWATCH_X__TOKEN" in row["remedy"]
    assert not account.web.asked
