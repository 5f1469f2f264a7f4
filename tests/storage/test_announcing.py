"""The rules of identity: everything is stored once and nothing is lost, whatever feeds do to their guids."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from news.article import Article, ArticleState, Entry, Interval, Published
from news.errors import UnknownSource
from storage import articles
from storage.announcing import Announced, Listing, announce_all, seen_again
from storage.columns import table
from storage.identity import title_key
from storage.tables import ArticleRow, ArticleUrlRow, SightingRow
from tests.storage.world import NOON, add, after, at_hour, entry, keep, tell, told


@pytest.fixture(autouse=True)
def ministry(conn: Connection) -> None:
    add(conn, "mfa")


def titles(conn: Connection) -> list[str]:
    return [article.title for article in told(conn)]


class TestANewEntry:
    def test_becomes_an_article_to_be_read(self, conn: Connection) -> None:
        said = entry("talks", author="A. B.", language="en", published=at_hour(9), summary="Short.")
        assert tell(conn, [said], backfill=True) == Announced(new=1)
        assert told(conn) == [
            Article(
                id=told(conn)[0].id,
                outlet="mfa",
                source="mfa",
                url="https://mfa.example/talks",
                title="On talks",
                text="",
                language="en",
                author="A. B.",
                published=at_hour(9),
                appeared=Interval(after(-10), NOON),
                state=ArticleState.ANNOUNCED,
                reason=None,
                backfill=True,
                revision=0,
            )
        ]

    def test_keeps_the_order_of_its_document(self, conn: Connection) -> None:
        names = [f"n{number:03}" for number in range(150)]
        tell(conn, [entry(name) for name in names])
        assert titles(conn) == [f"On {name}" for name in names]

    def test_of_an_unknown_source_is_an_error(self, conn: Connection) -> None:
        with pytest.raises(UnknownSource, match="nobody"):
            tell(conn, [entry("talks")], slug="nobody")

    def test_with_a_day_but_no_hour_keeps_just_the_day(self, conn: Connection) -> None:
        tell(conn, [entry("talks", published=Published(NOON.date()))])
        assert told(conn)[0].published == Published(NOON.date())


class TestRule1Guid:
    def test_seen_again_is_known(self, conn: Connection) -> None:
        tell(conn, [entry("a"), entry("b")])
        assert tell(conn, [entry("c"), entry("a"), entry("b")], 10) == Announced(new=1, known=2)
        first = articles.sightings(conn, told(conn)[0].id)
        assert [(sighting.first, sighting.last_seen) for sighting in first] == [
            (Interval(after(-10), NOON), after(10))
        ]

    def test_one_guid_on_every_item_stores_every_item(self, conn: Connection) -> None:
        entries = [entry(f"n{number}", guid="1") for number in range(100)]
        assert tell(conn, entries) == Announced(new=100)
        assert tell(conn, entries, 10) == Announced(known=100)
        assert tell(conn, entries[:1], 20) == Announced(known=1)

    def test_one_guid_and_no_link_on_every_item_stores_every_item(self, conn: Connection) -> None:
        entries = [entry(f"n{number}", guid="1", link=None) for number in range(100)]
        assert tell(conn, entries) == Announced(new=100)
        assert tell(conn, entries, 10) == Announced(known=100)
        assert tell(conn, entries[7:8], 20) == Announced(known=1)

    def test_a_guid_used_again_for_another_article(self, conn: Connection) -> None:
        for minutes in range(0, 60, 20):
            tell(conn, [entry("monday", guid="latest")], minutes)
            tell(conn, [entry("tuesday", guid="latest")], minutes + 10)
        assert titles(conn) == ["On monday", "On tuesday"]

    def test_a_corrected_title_is_the_same_article(self, conn: Connection) -> None:
        tell(conn, [entry("talks")])
        assert tell(conn, [entry("talks", title="On the talks")], 10) == Announced(changed=1)

    def test_a_moved_link_is_the_same_article(self, conn: Connection) -> None:
        tell(conn, [entry("talks")])
        assert tell(conn, [entry("talks", link="https://mfa.example/moved")], 10) == Announced(known=1)
        assert tell(conn, [entry("x", guid="new", link="https://mfa.example/moved")], 20).new == 0


class TestRule2NoGuid:
    def test_the_link_tells(self, conn: Connection) -> None:
        tell(conn, [entry("talks", guid=None)])
        moved = entry("talks", guid=None, link="http://mfa.example/talks?utm_source=rss")
        assert tell(conn, [moved], 10) == Announced(known=1)
        assert tell(conn, [entry("other", guid=None)], 10) == Announced(new=1)

    def test_title_and_date_tell_where_there_is_no_link(self, conn: Connection) -> None:
        def bare(title: str, hour: int) -> Entry:
            return Entry(link=None, title=title, published=at_hour(hour))

        assert tell(conn, [bare("Notice", 9), bare("Notice", 10), bare("Call", 9)]) == Announced(new=3)
        assert tell(conn, [bare("Notice", 9), bare("Notice", 10)], 10) == Announced(known=2)

    def test_items_that_share_one_page_are_all_kept(self, conn: Connection) -> None:
        page = "https://mfa.example/bulletin.html"
        items = [entry(f"n{number}", guid=None, link=f"{page}#{number}") for number in range(5)]
        assert tell(conn, items) == Announced(new=5)
        assert tell(conn, [entry("n9", guid=None, link=page), *items], 10) == Announced(new=1, known=5)

    def test_items_that_lead_to_the_front_page_are_all_kept(self, conn: Connection) -> None:
        for number in range(5):
            one = entry(f"n{number}", guid=None, link="https://mfa.example/")
            assert tell(conn, [one], number) == Announced(new=1)
            assert tell(conn, [one], number + 0.5) == Announced(known=1)


class TestRule3Url:
    def test_a_guid_that_changes_at_each_fetch_grows_nothing(self, conn: Connection) -> None:
        for fetch in range(50):
            entries = [entry(f"n{number}", guid=f"{number}?v={fetch}") for number in range(10)]
            assert tell(conn, entries, fetch).new == (10 if fetch == 0 else 0)
        assert [len(articles.sightings(conn, article.id)) for article in told(conn)] == [1] * 10

    def test_http_and_tracking_are_no_difference(self, conn: Connection) -> None:
        tell(conn, [entry("talks")])
        link = "http://mfa.example/talks?utm_campaign=feed"
        assert tell(conn, [entry("talks", guid="other", link=link)], 10) == Announced(known=1)

    def test_another_way_into_the_outlet_sees_the_same_article(self, conn: Connection) -> None:
        add(conn, "mfa-listing")
        tell(conn, [entry("talks")])
        assert tell(conn, [entry("talks", guid=None)], 10, slug="mfa-listing") == Announced(known=1)
        [article] = told(conn)
        seen = articles.sightings(conn, article.id)
        assert [(sighting.source, sighting.first.by) for sighting in seen] == [
            ("mfa", NOON),
            ("mfa-listing", after(10)),
        ]

    def test_another_outlet_has_an_article_of_its_own(self, conn: Connection) -> None:
        add(conn, "agency")
        tell(conn, [entry("talks")])
        assert tell(conn, [entry("talks")], 10, slug="agency") == Announced(new=1)

    def test_listed_twice_in_one_document_is_one_article(self, conn: Connection) -> None:
        twice = [entry("talks"), entry("talks", guid="in-another-category")]
        for minutes in range(3):
            assert tell(conn, twice, minutes) == Announced(new=int(minutes == 0), known=1 + int(minutes > 0))

    def test_updates_on_one_live_page_are_articles_of_their_own(self, conn: Connection) -> None:
        page = "https://mfa.example/live"
        updates = [entry(f"update{number}", link=page) for number in range(2)]
        assert tell(conn, updates) == Announced(new=2)
        assert tell(conn, [entry("update2", link=page)], 10) == Announced(new=1)
        assert tell(conn, updates, 20) == Announced(known=2)

    def test_an_update_beside_a_known_one_of_the_same_page(self, conn: Connection) -> None:
        page = "https://mfa.example/live"
        tell(conn, [entry("update0", link=page, block=7)])
        seen_again(conn, "mfa", {7}, after(10))
        assert tell(conn, [entry("update1", link=page)], 10) == Announced(new=1)


class TestRule4TitleAndInstant:
    def test_rotating_tokens_in_guid_and_link_grow_nothing(self, conn: Connection) -> None:
        for fetch in range(50):
            rotated = entry(
                "talks", guid=f"g{fetch}", link=f"https://mfa.example/t/{fetch}", published=at_hour(9)
            )
            assert tell(conn, [rotated], fetch).new == (1 if fetch == 0 else 0)
        assert len(articles.sightings(conn, told(conn)[0].id)) == 1

    def test_a_day_is_no_instant(self, conn: Connection) -> None:
        day = Published(NOON.date())
        tell(conn, [entry("a", title="Briefing", published=day)])
        assert tell(conn, [entry("b", title="Briefing", published=day)], 10) == Announced(new=1)

    def test_two_of_one_title_and_instant_in_one_document_are_two(self, conn: Connection) -> None:
        parts = [entry(name, title="Annex", published=at_hour(9)) for name in "ab"]
        assert tell(conn, parts) == Announced(new=2)
        assert tell(conn, parts, 10) == Announced(known=2)

    def test_one_that_still_stands_there_is_not_taken_over(self, conn: Connection) -> None:
        tell(conn, [entry("a", title="Annex", published=at_hour(9), block=1)])
        seen_again(conn, "mfa", {1}, after(10))
        assert tell(conn, [entry("b", title="Annex", published=at_hour(9))], 10) == Announced(new=1)

    def test_another_hour_is_another_article(self, conn: Connection) -> None:
        tell(conn, [entry("a", title="Briefing", published=at_hour(9))])
        assert tell(conn, [entry("b", title="Briefing", published=at_hour(10))], 10) == Announced(new=1)


class TestRule4LaterVersions:
    """AZERTAC: a new address and the mark in the title, no guid."""

    @pytest.mark.parametrize(
        "mark", [" YENİLƏNİB", " YENİLƏNİB 2", " (UPDATE)", " [Updated]", " - ОБНОВЛЕНО", " (обновлено-2)"]
    )
    @pytest.mark.parametrize("stands", [True, False], ids=["beside the first", "in its place"])
    def test_a_title_marked_as_revised_is_the_same_article(
        self, conn: Connection, mark: str, stands: bool
    ) -> None:
        first = entry("a", guid=None, title="Nazirlik məlumat verib", published=at_hour(9), block=1)
        tell(conn, [first])
        [article] = told(conn)
        keep(conn, article.id)
        later = entry("b", guid=None, title=f"{first.title}{mark}", published=at_hour(11), block=2)
        if stands:
            seen_again(conn, "mfa", {1}, after(10))
        assert tell(conn, [later], 10) == Announced(changed=1)
        assert [each.id for each in told(conn)] == [article.id]
        assert [each.link for each in articles.sightings(conn, article.id)] == [first.link, later.link]
        assert keep(conn, article.id, "A text with details.", 11, title=later.title).revision == 2
        assert tell(conn, [later, first], 20) == Announced(known=2)

    def test_both_versions_at_the_first_visit_are_one_article(self, conn: Connection) -> None:
        first = entry("a", guid=None, title="On roads", published=at_hour(9))
        later = [
            entry(name, guid=None, title=f"On roads YENİLƏNİB{name}", published=at_hour(10))
            for name in ("", " 2")
        ]
        tell(conn, [*later, first])
        assert titles(conn) == ["On roads"]
        assert len(articles.sightings(conn, told(conn)[0].id)) == 3

    def test_a_day_later_or_without_the_mark_it_is_news(self, conn: Connection) -> None:
        tell(conn, [entry("a", title="Bulletin", published=at_hour(9))])
        assert tell(conn, [entry("b", title="Bulletin", published=at_hour(11))], 10) == Announced(new=1)
        told_on = entry("c", title="Bulletin YENİLƏNİB", published=Published(NOON.date(), after(36 * 60)))
        assert tell(conn, [told_on], 20) == Announced(new=1)

    @pytest.mark.parametrize(
        "title", ["Software is updated", "YENİLƏNİB", "An update", "Roster (12)", "UPDATES"]
    )
    def test_what_is_no_mark_stays_in_the_title(self, title: str) -> None:
        assert title_key(title) != title_key(title.rpartition(" ")[0] or "")


class TestRule6Changes:
    @pytest.mark.parametrize("change", [{"title": "New"}, {"summary": "New"}, {"content": "New"}])
    def test_an_entry_that_says_something_else_is_read_again(
        self, conn: Connection, change: dict[str, Any]
    ) -> None:
        tell(conn, [entry("talks")])
        [article] = told(conn)
        keep(conn, article.id)
        assert tell(conn, [replace(entry("talks"), **change)], 10) == Announced(changed=1)
        assert tell(conn, [replace(entry("talks"), **change)], 20) == Announced(known=1)
        assert told(conn)[0].state is ArticleState.READ
        assert keep(conn, article.id, "Another text.", 21).revision == 2

    def test_a_block_that_looks_different_is_no_change(self, conn: Connection) -> None:
        tell(conn, [entry("talks", block=1)])
        assert tell(conn, [entry("talks", block=2)], 10) == Announced(known=1)
        assert articles.known_blocks(conn, "mfa") == {2}


class TestBlocks:
    def test_of_the_last_list_are_known(self, conn: Connection) -> None:
        assert articles.known_blocks(conn, "mfa") == frozenset()
        tell(conn, [entry("old", block=-(2**63)), entry("new", block=2**63 - 1), entry("none")])
        assert articles.known_blocks(conn, "mfa") == {-(2**63), 2**63 - 1}
        seen_again(conn, "mfa", {2**63 - 1}, after(60 * 24 * 3))
        assert articles.known_blocks(conn, "mfa") == {2**63 - 1}

    def test_seen_again_moves_the_last_moment(self, conn: Connection) -> None:
        tell(conn, [entry(f"n{number}", block=number) for number in range(1200)])
        seen_again(conn, "mfa", range(1200), after(10))
        assert {articles.sightings(conn, item.id)[0].last_seen for item in told(conn)} == {after(10)}


class TestSeveralDocumentsAtOnce:
    def listings(self) -> list[Listing]:
        talks, visit, other = entry("talks", published=at_hour(9)), entry("visit"), entry("flood", guid=None)
        shared = [entry(name, link="https://mfa.example/all") for name in ("one", "two", "three")]
        documents = [
            ("mfa", [talks, visit, *shared]),
            ("agency", [talks, other]),
            ("mfa-en", [replace(talks, guid="en"), entry("summit")]),
            ("empty", []),
            ("mfa-ru", [entry("summit", guid="ru"), replace(visit, guid=None)]),
        ]
        return [Listing(slug, entries, NOON, None, False) for slug, entries in documents]

    def test_say_the_same_as_one_by_one(self, conn: Connection) -> None:
        add(conn, "agency", "mfa-en", "mfa-ru", "empty")
        with conn.begin_nested() as scratch:
            singly = [announce_all(conn, [each])[0] for each in self.listings()]
            alone = {(a.outlet, a.title, a.url) for a in told(conn)}, counted(conn)
            scratch.rollback()
        assert announce_all(conn, self.listings()) == singly
        assert ({(a.outlet, a.title, a.url) for a in told(conn)}, counted(conn)) == alone

    def test_say_the_same_again(self, conn: Connection) -> None:
        add(conn, "agency", "mfa-en", "mfa-ru", "empty")
        announce_all(conn, self.listings())
        before = counted(conn)
        later = [replace(each, at=after(10)) for each in self.listings()]
        assert all(found.new == found.changed == 0 for found in announce_all(conn, later))
        assert counted(conn) == before

    def test_an_unknown_source_among_them_is_an_error(self, conn: Connection) -> None:
        with pytest.raises(UnknownSource):
            announce_all(conn, [*self.listings()[:1], Listing("nobody", [entry("x")], NOON, None, False)])


def counted(conn: Connection) -> tuple[int, ...]:
    """How many articles, sightings and URLs there are."""
    return tuple(
        conn.execute(select(func.count()).select_from(table(row))).scalar_one()
        for row in (ArticleRow, SightingRow, ArticleUrlRow)
    )


def test_ten_thousand_at_once_come_in_slices(conn: Connection) -> None:
    entries = [entry(f"n{number}") for number in range(10_000)]
    for again in range(2):
        found = sum(
            (tell(conn, entries[start : start + 200], again * 10) for start in range(0, 10_000, 200)),
            Announced(),
        )
        assert found == (Announced(known=10_000) if again else Announced(new=10_000))


ENTRIES = st.lists(
    st.builds(
        Entry,
        guid=st.sampled_from([None, "", "1", "2"]),
        link=st.sampled_from(
            [
                None,
                "mailto:a@b.example",
                "https://mfa.example/",
                "https://mfa.example/a",
                "https://mfa.example/b",
            ]
        ),
        title=st.sampled_from(["", "A", "B"]),
        summary=st.sampled_from(["", "S"]),
        published=st.sampled_from([None, Published(NOON.date()), at_hour(9)]),
    ),
    max_size=6,
)


class TestADocumentToldTwice:
    """Whatever stood there before, and however odd its guids and links, the second telling is no news."""

    @given(first=ENTRIES, second=ENTRIES)
    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    def test_tells_nothing_new(self, conn: Connection, first: list[Entry], second: list[Entry]) -> None:
        with conn.begin_nested() as scratch:
            tell(conn, first)
            tell(conn, second, 10)
            assert tell(conn, second, 20).new == 0
            assert tell(conn, second, 30) == Announced(known=len(second))
            scratch.rollback()
