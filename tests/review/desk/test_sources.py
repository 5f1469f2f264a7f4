"""Sources at the desk: seen at a glance, paused, visited, changed by two, and never mistaken for markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from news.people import Role
from news.source import Kind, Rules, Source, Tier
from news.visit import Outcome, Visit
from review import tending
from storage import audit, sources, visits
from storage.database import Connection
from tests.review.desk.sitting import START, Sitting, hidden

HOSTILE = "<script>alert(1)</script>\"'>&{{7*7}}"
MFA = Source(
    *("mfa-am", "mfa-am", "Ministry of Foreign Affairs", Kind.MINISTRY, "https://www.mfa.am/rss"),
    tier=Tier.MUST_HAVE,
    languages=("hy", "en"),
    zone="Asia/Yerevan",
    country="AM",
)
PAPER = Source("paper", "paper", HOSTILE, Kind.NEWSPAPER, "https://paper.example/rss", tier=Tier.USEFUL)
AGENCY = Source("agency", "agency", "Agency", Kind.AGENCY, "https://agency.example/rss", country="AZ")


async def given(desk: Sitting, *found: Source) -> None:
    def unit(conn: Connection) -> None:
        for source in found:
            sources.put(conn, source, now=START, by_hand=True)

    await desk.desk.database.write(unit)


async def visited(desk: Sitting, slug: str, outcome: Outcome, back: timedelta, reason: str = "") -> None:
    def unit(conn: Connection) -> None:
        at = START - back
        visit = Visit(slug, at, outcome, 0.4, 200, reason or None, listed=3, new=int(outcome == Outcome.NEW))
        visits.record(conn, visit, next_visit_at=START, validators=None)

    await desk.desk.database.write(unit)


async def stored(desk: Sitting, slug: str) -> Source:
    return await desk.desk.database.read(sources.get, slug)


async def test_must_haves_stand_first_and_of_them_those_that_fail(desk: Sitting) -> None:
    fine = replace(MFA, slug="a-fine", url="https://fine.example/rss")
    await given(desk, AGENCY, PAPER, fine, MFA)
    await visited(desk, "mfa-am", Outcome.FAILED, timedelta(hours=1), "the server answers 503")
    await visited(desk, "a-fine", Outcome.NEW, timedelta(hours=1))
    await desk.as_(Role.READER)
    page = (await desk.get("/sources")).text
    places = [page.index(f'href="/sources/{slug}"') for slug in ("mfa-am", "a-fine", "agency", "paper")]
    assert places == sorted(places)
    assert "the server answers 503" in page
    assert "1 of 2 must-have sources" in page
    assert "If the address opens in a browser, look for a newer one" in page


@pytest.mark.parametrize(
    ("filters", "slugs"),
    [
        ({"state": "failing"}, {"mfa-am"}),
        ({"state": "trouble"}, {"mfa-am"}),
        ({"kind": "agency"}, {"agency"}),
        ({"tier": "must-have"}, {"mfa-am"}),
        ({"country": "AZ"}, {"agency"}),
        ({"outlet": "paper"}, {"paper"}),
        ({"language": "hy"}, {"mfa-am"}),
        ({"words": "FOREIGN ministry"}, {"mfa-am"}),
        ({"words": "example rss"}, {"agency", "paper"}),
        ({"words": "nothing like it"}, set()),
    ],
)
async def test_filters_live_in_the_address(desk: Sitting, filters: dict[str, str], slugs: set[str]) -> None:
    await given(desk, AGENCY, PAPER, MFA)
    await visited(desk, "mfa-am", Outcome.FAILED, timedelta(hours=1))
    await desk.as_(Role.READER)
    page = (await desk.get("/sources", **filters)).text
    found = {slug for slug in ("agency", "paper", "mfa-am") if f'href="/sources/{slug}"' in page}
    assert found == slugs


async def test_a_long_list_goes_on_on_the_next_page(desk: Sitting) -> None:
    await given(desk, *(replace(AGENCY, slug=f"agency-{number:03}") for number in range(130)))
    await desk.as_(Role.READER)
    first = (await desk.get("/sources")).text
    assert "agency-099" in first
    assert "agency-100" not in first
    second = (await desk.get("/sources", after="agency-099")).text
    assert "agency-100" in second
    assert "agency-129" in second
    assert "agency-099<" not in second


async def test_one_source_tells_its_visits_spells_rules_and_days(desk: Sitting) -> None:
    await given(desk, replace(MFA, spider="listing", rules=Rules(item="li.news > a", link="")))
    for back in (50, 49, 48):
        await visited(desk, "mfa-am", Outcome.NEW, timedelta(hours=back))
    for back in (3, 2, 1):
        await visited(desk, "mfa-am", Outcome.BLOCKED, timedelta(hours=back), "403 <b>Forbidden</b>")
    await desk.as_(Role.READER)
    page = (await desk.get("/sources/mfa-am")).text
    assert "refuses us" in page
    assert "403 &lt;b&gt;Forbidden&lt;/b&gt;" in page
    assert "li.news &gt; a" in page
    assert page.count('<span aria-hidden="true">✕</span> refused') == 1  # three visits, one spell
    assert "Visit now" not in page
    assert "<script>alert" not in page


async def test_what_sources_are_called_is_never_markup(desk: Sitting) -> None:
    await given(desk, PAPER)
    await desk.as_(Role.ANALYST)
    for path in ("/sources", "/sources/paper", "/sources/paper/edit", "/sources?words=%3Cscript%3E"):
        page = (await desk.get(path)).text
        assert "<script>alert" not in page, path
        assert "49" not in page.split("</h1>")[0].split("<h1")[-1], path


async def test_pausing_resuming_and_visiting_are_in_the_audit_log(desk: Sitting) -> None:
    await given(desk, MFA)
    woken: list[int] = []
    object.__setattr__(desk.desk, "changed", lambda: woken.append(1))
    await desk.as_(Role.ANALYST, "Anahit")
    assert (await desk.post("/sources/mfa-am/pause")).status_code == 303
    assert not (await stored(desk, "mfa-am")).enabled
    assert "paused" in (await desk.get("/sources/mfa-am")).text
    await desk.post("/sources/mfa-am/resume")
    assert (await stored(desk, "mfa-am")).enabled
    await desk.post("/sources/mfa-am/visit")
    await desk.post("/sources/mfa-am/tier", tier="background")
    assert (await stored(desk, "mfa-am")).tier is Tier.BACKGROUND
    log = await desk.desk.database.read(audit.changes, noun="source", key="mfa-am")
    assert [each.action for each in log] == ["changed", "asked to visit", "resumed", "paused"]
    assert {each.actor.name for each in log} == {"Anahit"}
    assert (log[0].before, log[0].after) == ({"tier": "must-have"}, {"tier": "background"})
    assert len(woken) == 3


async def test_a_reader_changes_nothing(desk: Sitting) -> None:
    await given(desk, MFA)
    await desk.as_(Role.READER)
    for path in ("pause", "resume", "visit", "tier", "edit"):
        assert (await desk.post(f"/sources/mfa-am/{path}", tier="useful")).status_code == 403
    assert await stored(desk, "mfa-am") == MFA


async def test_what_was_brought_by_hand_is_not_visited(desk: Sitting) -> None:
    await given(desk, replace(MFA, kind=Kind.CLIPPED, enabled=False))
    await desk.as_(Role.ANALYST)
    assert (await desk.post("/sources/mfa-am/resume")).status_code == 422
    assert not (await stored(desk, "mfa-am")).enabled


def form_of(source: Source, **changed: str) -> dict[str, str]:
    from review.desk.source_forms import shown

    return {**shown(source).texts, "edition": tending.edition(source), "do": "save", **changed}


async def test_settings_saved_unchanged_stay_the_same(desk: Sitting) -> None:
    wholly = replace(
        MFA,
        spider="listing",
        cadence=1234,
        full_content=True,
        owner="the state",
        rules=Rules(item="li", link="", title="a", pages=3, next="a.next", body="div.text", split=True),
    )
    await given(desk, wholly)
    await desk.as_(Role.ANALYST)
    assert (await desk.post("/sources/mfa-am/edit", **form_of(wholly))).status_code == 303
    assert await stored(desk, "mfa-am") == wholly
    assert await desk.desk.database.read(audit.changes, noun="source") == ()


async def test_a_rule_is_changed_and_a_wrong_one_refused_at_its_field(desk: Sitting) -> None:
    source = replace(MFA, spider="listing", rules=Rules(item="li"))
    await given(desk, source)
    await desk.as_(Role.ANALYST)
    wrong = await desk.post("/sources/mfa-am/edit", **form_of(source, **{"rules.item": "li[["}))
    assert wrong.status_code == 422
    assert 'id="wrong-rules.item"' in wrong.text
    assert "is no CSS selector" in wrong.text
    assert 'value="li[["' in wrong.text
    right = await desk.post("/sources/mfa-am/edit", **form_of(source, **{"rules.item": "article"}))
    assert right.status_code == 303
    assert (await stored(desk, "mfa-am")).rules == Rules(item="article")
    [change] = await desk.desk.database.read(audit.changes, noun="source")
    assert (change.before, change.after) == ({"rules.item": "li"}, {"rules.item": "article"})


async def test_of_two_who_change_a_source_the_second_is_shown_the_difference(desk: Sitting) -> None:
    await given(desk, MFA)
    await desk.as_(Role.ANALYST, "Anahit")
    await desk.post("/sources/mfa-am/edit", **form_of(MFA, name="Foreign Ministry"))
    await desk.as_(Role.ANALYST, "Leyla")
    late = await desk.post("/sources/mfa-am/edit", **form_of(MFA, name="MFA of Armenia", zone="UTC"))
    assert late.status_code == 409
    assert "Foreign Ministry" in late.text
    assert "MFA of Armenia" in late.text
    assert (await stored(desk, "mfa-am")).name == "Foreign Ministry"
    again = {**form_of(MFA, name="MFA of Armenia"), "edition": hidden(late.text, "edition")}
    assert (await desk.post("/sources/mfa-am/edit", **again)).status_code == 303
    assert (await stored(desk, "mfa-am")).name == "MFA of Armenia"


async def test_a_new_source_by_hand_and_a_name_that_is_taken(desk: Sitting) -> None:
    await given(desk, MFA)
    await desk.as_(Role.ANALYST)
    fields = form_of(AGENCY) | {"do": "save", "paused": "yes"}
    answer = await desk.post("/sources/-/new", **fields)
    assert answer.headers["location"] == "/sources/agency?done=added"
    assert await stored(desk, "agency") == replace(AGENCY, enabled=False)
    taken = await desk.post("/sources/-/new", **fields | {"slug": "mfa-am"})
    assert taken.status_code == 409
    assert "already" in taken.text
    assert await stored(desk, "mfa-am") == MFA
    no_kind = await desk.post("/sources/-/new", **fields | {"slug": "other", "url": "ftp://a.example/"})
    assert no_kind.status_code == 422
    assert 'id="wrong-url"' in no_kind.text


async def test_there_is_no_source_elsewhere(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST)
    for path in ("/sources/nothing", "/sources/nothing/edit", "/sources/%3Cscript%3E"):
        assert (await desk.get(path)).status_code == 404
    assert (await desk.post("/sources/nothing/visit")).status_code == 404


async def test_the_words_are_russian_for_who_wants_them(desk: Sitting) -> None:
    await given(desk, MFA)
    await desk.as_(Role.ANALYST)
    desk.client.headers["accept-language"] = "ru"
    assert "Источники" in (await desk.get("/sources")).text
    for path in ("/sources", "/sources/mfa-am", "/sources/mfa-am/edit", "/sources/-/add", "/clip"):
        assert (await desk.get(path)).status_code == 200, path
