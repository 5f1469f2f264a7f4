"""What changed between versions of a topic."""

import pytest

from news.errors import TopicError
from news.watch import Role, Term, TopicVersion
from review.versions import Change, between, change_row, changes, version_row
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
