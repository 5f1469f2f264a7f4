"""What somebody hands in is recognised as what a visit finds, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from news.article import ArticleState, Brought, Entry, Judgement, Reading, TextOrigin
from news.errors import UnknownSource
from storage import articles, handed, work
from storage.handed import HandedIn
from tests.storage.world import NOON, add, after, entry, keep, tell, told

LINK = "https://mfa.example/one"


@pytest.fixture
def world(conn: Connection) -> Connection:
    add(conn, "mfa")
    return conn


def hand_in(
    conn: Connection, said: Entry, text: str = "A text.", slug: str = "mfa", **facts: Any
) -> HandedIn:
    known: dict[str, Any] = {"at": after(5), "brought": Brought.IMPORT, "quiet": True}
    reading = Reading("Title", text, TextOrigin.PAGE)
    judgement = Judgement("en", facts.pop("text_hash", None))
    found = handed.hand_in(conn, slug, said, reading, judgement, **{**known, **facts})
    assert found is not None
    return found


def test_a_page_is_kept_once(world: Connection) -> None:
    first = hand_in(world, Entry(LINK, "Title"))
    assert first.new
    assert hand_in(world, Entry(f"{LINK}?utm_source=x", "Another title")) == HandedIn(
        first.article, new=False
    )
    (kept,) = told(world)
    assert (kept.text, kept.state, kept.brought) == ("A text.", ArticleState.READ, Brought.IMPORT)
    assert (kept.backfill, kept.url) == (True, LINK)
    assert work.pending(world) == (1, 0), "it does not wait to be fetched"


def test_a_page_that_a_visit_announced_is_read_now_and_rings_if_it_is_clipped(world: Connection) -> None:
    tell(world, [entry("one"), entry("two")], backfill=True)
    found = hand_in(world, Entry(LINK, "Title"), brought=Brought.CLIP, quiet=False, said_by="Somebody")
    one, two = told(world)
    assert found == HandedIn(one.id, new=True)
    assert (one.state, one.backfill, one.brought, one.said_by) == ("read", False, "clip", "Somebody")
    assert (two.state, two.backfill, two.brought) == ("announced", True, "visit")


def test_a_page_that_was_read_keeps_its_text_and_a_clipping_marks_it(world: Connection) -> None:
    tell(world, [entry("one")])
    (one,) = told(world)
    keep(world, one.id, "As it was read.")
    assert not hand_in(world, Entry(LINK, "Title"), "As it was saved.").new
    assert told(world)[0].brought is Brought.VISIT
    assert not hand_in(world, Entry(LINK, "Title"), brought=Brought.CLIP, quiet=False).new
    (kept,) = told(world)
    assert (kept.text, kept.brought) == ("As it was read.", Brought.CLIP)


def test_what_could_not_be_read_is_had_from_the_saved_page(world: Connection) -> None:
    tell(world, [entry("one")])
    (one,) = told(world)
    reading, judgement = Reading("Title", "Summary", TextOrigin.SUMMARY), Judgement("en", None)
    articles.store_stand_in(world, one.id, reading, judgement, reason="404", at=NOON)
    assert hand_in(world, Entry(LINK, "Title")).new
    (kept,) = told(world)
    assert (kept.state, kept.text, kept.backfill) == (ArticleState.READ, "A text.", True)


def test_news_that_waits_to_be_read_stays_news(world: Connection) -> None:
    tell(world, [entry("one")])
    assert hand_in(world, Entry(LINK, "Title")).new
    assert not told(world)[0].backfill


def test_the_same_text_under_another_address_is_the_same_article(world: Connection) -> None:
    first = hand_in(world, Entry(LINK, "Title"), text_hash=b"0123456789abcdef")
    again = hand_in(world, Entry("https://mfa.example/two", "Title"), text_hash=b"0123456789abcdef")
    assert again == HandedIn(first.article, new=False)
    assert len(articles.sightings(world, first.article)) == 2


def test_without_an_address_the_guid_tells(world: Connection) -> None:
    said = Entry(None, "Pasted", guid="clip-1")
    first = hand_in(world, said)
    assert hand_in(world, Entry(None, "Under another title", guid="clip-1")).article == first.article
    assert hand_in(world, Entry(None, "Pasted", guid="clip-2")).article != first.article


def test_addresses_wait_to_be_read_and_what_is_known_is_left_alone(world: Connection) -> None:
    tell(world, [entry("one")])
    (one,) = told(world)
    keep(world, one.id)
    entries = [Entry(LINK, ""), Entry("https://mfa.example/two", ""), Entry("https://mfa.example/two", "")]
    assert handed.announce(world, "mfa", entries, at=after(5)) == (1, 2)
    assert handed.announce(world, "mfa", entries, at=after(6)) == (0, 3)
    assert articles.article(world, one.id).title == "On one"
    assert handed.waiting(world, ["mfa"], after(5)) == (1, 0)
    assert handed.waiting(world, ["mfa"], after(4)) == (0, 1)
    assert handed.waiting(world, ["other"], after(5)) == (0, 0)
    assert told(world)[1].brought is Brought.IMPORT


def test_a_source_that_is_none(world: Connection) -> None:
    with pytest.raises(UnknownSource):
        handed.known(world, "nobody", Entry(LINK, ""))
