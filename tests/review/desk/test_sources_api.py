"""/sources, /looks, /checks and /clips for programs: by cursor, with If-Match, errors that say why."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from news.people import Role
from news.source import Rules, Source, Tier
from storage import articles, audit, sources
from tests.review.desk.sitting import Sitting
from tests.review.desk.test_adding import HOST, site, web
from tests.review.desk.test_sources import AGENCY, MFA, PAPER, given, stored
from tests.web import Web

__all__ = ["site", "web"]
WISH: dict[str, Any] = {
    "slug": "new-one",
    "name": "New",
    "kind": "think tank",
    "url": "https://new.example/list",
    "spider": "listing",
    "tier": "must-have",
    "languages": ["hy", "en"],
    "rules": {"item": "li", "link": "", "pages": 3},
}


async def test_the_list_goes_by_cursor_and_filters(desk: Sitting) -> None:
    await given(desk, AGENCY, PAPER, MFA)
    await desk.as_(Role.READER)
    first = (await desk.api("GET", "/sources?limit=2")).json()
    assert [each["slug"] for each in first["items"]] == ["agency", "mfa-am"]
    second = (await desk.api("GET", f"/sources?limit=2&cursor={first['next']}")).json()
    assert [each["slug"] for each in second["items"]] == ["paper"]
    assert second["next"] is None
    ministries = (await desk.api("GET", "/sources?kind=ministry&country=AM")).json()
    assert [each["slug"] for each in ministries["items"]] == ["mfa-am"]
    assert ministries["items"][0]["reason"] == "not visited yet"


async def test_a_source_is_made_read_and_changed(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST, "Anahit")
    made = await desk.api("POST", "/sources", json=WISH)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == "/api/v1/sources/new-one"
    source = await stored(desk, "new-one")
    assert (source.rules, source.tier) == (Rules(item="li", link="", pages=3), Tier.MUST_HAVE)
    read = await desk.api("GET", "/sources/new-one")
    assert read.json() == made.json()
    assert read.headers["etag"] == made.headers["etag"]
    change = {"tier": "useful", "owner": "somebody", "languages": ["ru"]}
    changed = await desk.api("PATCH", "/sources/new-one", json=change)
    assert changed.json() | {"rules": None} == made.json() | change | {"rules": None}
    away = await desk.api("PATCH", "/sources/new-one", json={"owner": None})
    assert away.json()["owner"] is None
    assert (await desk.api("POST", "/sources", json=WISH)).status_code == 409
    log = await desk.desk.database.read(audit.changes, noun="source", key="new-one")
    assert [each.action for each in log] == ["changed", "changed", "added"]


async def test_of_two_programs_the_second_is_told(desk: Sitting) -> None:
    await given(desk, MFA)
    await desk.as_(Role.ANALYST)
    seen = (await desk.api("GET", "/sources/mfa-am")).headers["etag"]
    headers = {"if-match": seen}
    first = await desk.api("PATCH", "/sources/mfa-am", json={"zone": "UTC"}, headers=headers)
    assert first.status_code == 200
    for method, path, body in (("PATCH", "", {"zone": "Asia/Baku"}), ("POST", "/pause", None)):
        late = await desk.api(method, f"/sources/mfa-am{path}", json=body, headers={"if-match": seen})
        assert late.status_code == 412
        assert late.headers["content-type"] == "application/problem+json"
    assert (await stored(desk, "mfa-am")).zone == "UTC"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "ftp://a.example/"}, "url"),
        ({"slug": "New One"}, "slug"),
        ({"kind": "clipped"}, "kind"),
        ({"languages": ["xx"]}, "languages"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"spider": "nonsense"}, "spider"),
        ({"name": "a\x00b"}, "name"),
        ({"rules": {"item": "li[["}}, "rules.item"),
        ({"rules": {"item": "li\x00"}}, "rules.item"),
        ({"rules": {"no_such": "li"}}, "rules.no_such"),
        ({"cadence": 1}, "cadence"),
        ({"insecure_tls": "\x00"}, "insecure_tls"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
async def test_what_cannot_be_is_named(desk: Sitting, wrong: dict[str, Any], field: str) -> None:
    await desk.as_(Role.ANALYST)
    answer = await desk.api("POST", "/sources", json=WISH | wrong)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert await desk.desk.database.read(sources.all_sources) == ()


async def test_pause_resume_visit_and_health(desk: Sitting) -> None:
    await given(desk, MFA)
    await desk.as_(Role.ANALYST)
    assert (await desk.api("POST", "/sources/mfa-am/pause")).json()["enabled"] is False
    listed = (await desk.api("GET", "/sources?state=disabled")).json()["items"]
    assert [(each["slug"], each["state"]) for each in listed] == [("mfa-am", "disabled")]
    assert (await desk.api("POST", "/sources/mfa-am/resume")).json()["enabled"] is True
    assert (await desk.api("POST", "/sources/mfa-am/visit")).status_code == 202
    health = (await desk.api("GET", "/sources/mfa-am/health")).json()
    assert (health["state"], health["visits"], health["published_to_seen"]) == ("fine", [], None)
    for path in ("/sources/nothing", "/sources/nothing/health"):
        assert (await desk.api("GET", path)).status_code == 404


async def test_a_reader_reads(desk: Sitting) -> None:
    await given(desk, MFA)
    await desk.as_(Role.READER)
    assert (await desk.api("GET", "/sources/mfa-am")).status_code == 200
    for path in ("/sources", "/sources/mfa-am/pause", "/looks", "/checks", "/clips"):
        assert (await desk.api("POST", path, json=WISH)).status_code == 403, path


async def test_a_look_a_check_and_a_clip(desk: Sitting, site: Web) -> None:
    await desk.as_(Role.ANALYST)
    begun = await desk.api("POST", "/looks", json={"url": site.url(HOST, "/")})
    assert begun.status_code == 202
    look = begun.json()
    for _ in range(600):
        if look["ended"]:
            break
        await asyncio.sleep(0.05)
        look = (await desk.api("GET", f"/looks/{look['id']}")).json()
    best = look["ways"][0]
    assert best["source"]["url"] == site.url(HOST, "/rss")
    assert best["entries"][0]["title"] == "Report 0 from the road"
    wish = {name: value for name, value in best["source"].items() if value is not None}
    check = await desk.api("POST", "/checks", json=wish)
    assert check.status_code == 200, check.text
    assert len(check.json()["way"]["entries"]) == 6
    assert await desk.desk.database.read(sources.all_sources) == ()
    clip = await desk.api("POST", "/clips", json={"url": site.url(HOST, "/news/2"), "on": "2022-12-10"})
    assert clip.status_code == 201, clip.text
    assert clip.json()["new"] is True
    [item] = await desk.desk.database.read(articles.items)
    assert clip.headers["location"] == f"/api/v1/articles/{item.id}"


async def test_a_slow_site_is_a_gateway_that_timed_out(desk: Sitting, site: Web) -> None:
    from tests.web import Reply

    site.put("slow.am", "*", Reply("", hang=20))
    object.__setattr__(desk.desk, "patience", 0.3)
    await desk.as_(Role.ANALYST)
    body = {"slug": "slow", "name": "Slow", "kind": "agency", "url": site.url("slow.am", "/rss")}
    answer = await desk.api("POST", "/checks", json=body)
    assert answer.status_code == 504
    assert "0.3 s" in answer.json()["detail"]
    assert (await desk.api("POST", "/clips", json={"url": body["url"]})).status_code == 504


def test_the_source_model_names_every_setting() -> None:
    from review.desk.api.sources import RulesShown, SourceChange, SourceShown

    assert set(SourceShown.model_fields) == set(Source.__dataclass_fields__)
    assert set(SourceChange.model_fields) == set(Source.__dataclass_fields__) - {"slug"}
    rules = {field.alias or name for name, field in RulesShown.model_fields.items()}
    assert rules == set(Rules.__dataclass_fields__)
