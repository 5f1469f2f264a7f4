"""The catalogue: what packs bring and what hands change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from news.errors import UnknownSource
from news.source import Confidence, Kind, Rules, Source, Tier, Waiver
from news.visit import Outcome, Validators, Visit
from news.work import VisitTask
from storage import sources, visits, work
from tests.storage.world import NOON, after, source

FULL = Source(
    slug="mfa",
    outlet="mfa",
    name="Արտաքին գործերի նախարարություն",
    kind=Kind.MINISTRY,
    url="https://mfa.example/list",
    spider="listing",
    tier=Tier.MUST_HAVE,
    languages=("hy", "en"),
    zone="Asia/Yerevan",
    cadence=300,
    silence=48,
    rules=Rules(item="li", link="a", pages=3),
    full_content=True,
    insecure_tls=Waiver("expired since May"),
    ignore_robots=Waiver("asked by mail"),
    speaks_for="MFA of Armenia",
    country="AM",
    owner="state",
    control="state",
    note="a note",
    confidence=Confidence.USED,
)


def put(conn: Connection, given: Source, minutes: float = 0, by_hand: bool = False) -> bool:
    return sources.put(conn, given, now=after(minutes), by_hand=by_hand)


def task(conn: Connection, minutes: float) -> VisitTask | None:
    for each in work.claim(conn, now=after(minutes), limit=1, holder="me", lease=timedelta(0)):
        assert isinstance(each, VisitTask)
        return each
    return None


@pytest.mark.parametrize("given", [FULL, source(), source(full_content=False, languages=())])
def test_a_source_comes_back_as_it_was_put(conn: Connection, given: Source) -> None:
    assert put(conn, given)
    assert not put(conn, given)
    assert sources.get(conn, given.slug) == given


def test_all_are_listed_by_slug(conn: Connection) -> None:
    given = [source(slug) for slug in ("b", "a", "c")]
    assert sources.put_all(conn, given, now=NOON, by_hand=False) == 3
    assert sources.put_all(conn, [*given, source("d")], now=NOON, by_hand=False) == 1
    assert [each.slug for each in sources.all_sources(conn)] == ["a", "b", "c", "d"]


def test_an_unknown_one_is_an_error_with_what_to_do(conn: Connection) -> None:
    for ask in (
        lambda: sources.get(conn, "nobody"),
        lambda: sources.set_enabled(conn, "nobody", True, NOON),
        lambda: sources.make_due(conn, ["nobody"], NOON),
    ):
        with pytest.raises(UnknownSource, match=r"'nobody'.*wirewatch sources list"):
            ask()


def test_a_pack_changes_what_it_brought_but_not_what_a_hand_changed(conn: Connection) -> None:
    put(conn, source())
    put(conn, source(name="by pack"))
    assert sources.get(conn, "mfa").name == "by pack"
    put(conn, source(name="by hand"), by_hand=True)
    put(conn, source(name="by pack again"))
    assert sources.get(conn, "mfa").name == "by hand"


def test_a_pack_does_not_switch_on_what_a_hand_switched_off(conn: Connection) -> None:
    put(conn, source())
    sources.set_enabled(conn, "mfa", False, NOON)
    put(conn, source(name="newer"))
    assert sources.get(conn, "mfa") == source(name="newer", enabled=False)
    sources.set_enabled(conn, "mfa", True, after(5))
    found = task(conn, 5)
    assert found is not None
    assert found.due == after(5)


def test_another_url_forgets_the_validators_and_is_due_at_once(conn: Connection) -> None:
    put(conn, source())
    visit = Visit("mfa", NOON, Outcome.NEW)
    visits.record(conn, visit, next_visit_at=after(60), validators=Validators(b"1", b"2", b"3"))
    put(conn, source(name="same address"), 1)
    assert task(conn, 1) is None
    put(conn, source(url="https://elsewhere.example/feed"), 2)
    found = task(conn, 2)
    assert found is not None
    assert (found.validators, found.host) == (Validators(), "elsewhere.example")


def test_all_can_be_made_due(conn: Connection) -> None:
    for slug in ("a", "b"):
        put(conn, source(slug))
        visits.record(conn, Visit(slug, NOON, Outcome.NEW), next_visit_at=after(60), validators=None)
    assert work.pending(conn, now=after(1)) == (0, 0)
    sources.make_due(conn, None, after(1))
    assert work.pending(conn, now=after(1)) == (2, 0)
