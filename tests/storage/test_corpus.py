"""Texts in bulk: of a window, with a topic or without, page by page."""

from datetime import timedelta

from sqlalchemy import Connection

from storage import corpus
from storage.corpus import Wanted
from tests.review.test_drift import EARLY, TEXTS, fill


def test_texts_with_a_topic_and_without(conn: Connection) -> None:
    fill(conn)
    late = max(at for _, at, _, _ in TEXTS) + timedelta(days=1)
    inside = Wanted("road", True, EARLY, late)
    assert corpus.count(conn, inside) == 11
    first = corpus.page(conn, inside, limit=4)
    second = corpus.page(conn, inside, after=first[-1].article, limit=100)
    assert [len(first), len(second)] == [4, 7]
    assert {text.language for text in first} == {"en"}
    assert first[0].text == TEXTS[0][2]
    outside = Wanted("road", False, EARLY, late, ["en"])
    assert corpus.count(conn, outside) == 29
    assert corpus.count(conn, Wanted("road", False, EARLY, late, ["ru"])) == 0
    assert corpus.count(conn, Wanted("road", False, EARLY, EARLY + timedelta(days=1), ["en"])) == 15
    assert 0 < corpus.count(conn, Wanted("road", False, EARLY, late, ["en"], nth=3)) < 15
