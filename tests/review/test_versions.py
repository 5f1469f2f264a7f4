"""What changed between versions of a topic."""

from dataclasses import replace

import pytest

from news.errors import TopicError
from news.watch import Role, Term, Topic, TopicVersion
from review.versions import Change, between, change_row, changes, difference, merged, version_row
from tests.review.archive import NOON

ONE, TWO, NO = Term("one", "en"), Term("two"), Term("no", None, Role.EXCLUDED)
VERSIONS = (
    TopicVersion(1, NOON, "caucasus", (ONE,), 3),
    TopicVersion(2, NOON, None, (ONE, TWO, NO), 1),
    TopicVersion(3, NOON, None, (), 0),
    TopicVersion(4, NOON, None, (TWO,), 0),
)


def test_each_version_says_what_came_and_went() -> None:
    assert changes(VERSIONS) == (
        Change(0, 1, (ONE,), ()),
        Change(1, 2, (TWO, NO), ()),
        Change(2, 3, (), (ONE, TWO, NO)),
        Change(3, 4, (TWO,), ()),
    )


def test_any_two_versions_are_compared() -> None:
    assert between("t", VERSIONS) == Change(3, 4, (TWO,), ())
    assert between("t", VERSIONS, 2) == Change(2, 4, (), (ONE, NO))
    assert between("t", VERSIONS, 2, 1) == Change(2, 1, (), (TWO, NO))
    assert between("t", VERSIONS, 0, 2) == Change(0, 2, (ONE, TWO, NO), ())
    assert between("t", VERSIONS[:1]) == Change(0, 1, (ONE,), ())
    for before, after in ((9, None), (1, 9), (-1, 1)):
        with pytest.raises(TopicError, match=r"topic 't': it has no version -?\d. There are 1 to 4."):
            between("t", VERSIONS, before, after)


def test_versions_as_rows() -> None:
    first, second = (
        version_row("t", version, change)
        for version, change in zip(VERSIONS[:2], changes(VERSIONS), strict=False)
    )
    assert (first["by"], first["articles"], first["terms"], first["at"]) == (
        *("caucasus", 3, 1),
        "2026-03-08T12:00:00+00:00",
    )
    assert second["by"] == "hand"
    assert second["added"][1] == {
        "text": "no",
        "language": None,
        "role": "excluded",
        "stands": "alone",
    }
    assert change_row("t", changes(VERSIONS)[0])["removed"] == []


def test_a_query_and_mentions_are_compared_too() -> None:
    versions = (
        TopicVersion(1, NOON, None, (ONE,), 0),
        TopicVersion(2, NOON, None, (), 0, "alpha OR beta", 2),
        TopicVersion(3, NOON, None, (), 0, "alpha", 2),
    )
    assert changes(versions)[1:] == (
        Change(1, 2, (), (ONE,), ("", "alpha OR beta"), (1, 2)),
        Change(2, 3, (), (), ("alpha OR beta", "alpha"), None),
    )
    said = change_row("t", changes(versions)[2])
    assert (said["changed_query"], said["changed_mentions"]) == (["alpha OR beta", "alpha"], None)
    assert version_row("t", versions[1], changes(versions)[1])["query"] == "alpha OR beta"


BASE = Topic("t", "T", 1, (Term("a"), Term("b"), Term("c")))


def test_two_changes_of_one_topic_are_put_together() -> None:
    mine = replace(BASE, name="Mine", terms=(Term("a"), Term("c"), Term("mine")))
    theirs = replace(BASE, version=2, terms=(Term("a"), Term("b"), Term("theirs")), mentions=2)
    both = merged(BASE, mine, theirs)
    assert (both.name, both.version, both.mentions) == ("Mine", 2, 2)
    assert [term.text for term in both.terms] == ["a", "theirs", "mine"]
    change = difference(theirs, both)
    assert ([t.text for t in change.added], [t.text for t in change.removed]) == (["mine"], ["b"])
    assert (change.before, change.query, change.mentions) == (2, None, None)


def test_of_two_queries_it_is_the_one_that_was_changed_and_of_both_mine() -> None:
    base = Topic("t", "T", 1, (), "a OR b")
    mine, theirs = replace(base, query="a OR mine"), replace(base, version=2, query="a OR theirs")
    assert merged(base, base, theirs).query == "a OR theirs"
    assert merged(base, mine, base).query == "a OR mine"
    assert merged(base, mine, theirs).query == "a OR mine"
    assert merged(BASE, replace(BASE, terms=(), query="a"), theirs).terms == ()
