"""Cursors: they lead on from where they were given, and anything else is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from review.desk.api.paging import LARGEST, Paging, cursor

MOMENTS = st.datetimes(timezones=st.just(UTC))


class Shown(BaseModel):
    number: int


@given(st.integers(-LARGEST, LARGEST), st.text(), MOMENTS)
def test_a_cursor_says_what_it_was_told(number: int, name: str, moment: datetime) -> None:
    read = Paging(50, cursor(number, name, moment)).after(int, str, datetime)
    assert read == (number, name, moment)


def test_without_a_cursor_it_is_the_beginning() -> None:
    assert Paging(50, "").after(int) is None


@pytest.mark.parametrize(
    "written",
    [
        "x",
        "e30",  # {}
        "bnVsbA",  # null
        cursor("a name"),
        cursor(1, 2),
        cursor(LARGEST + 1),
        "W3RydWVd",  # [true]
        "W" * 1999,
    ],
)
def test_what_no_list_gave_is_no_cursor(written: str) -> None:
    with pytest.raises(RequestValidationError):
        Paging(50, written).after(int)


def test_a_moment_without_a_zone_is_no_place() -> None:
    with pytest.raises(RequestValidationError):
        Paging(50, cursor("2022-12-13T00:00:00")).after(datetime)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_pages_show_everything_once(count: int) -> None:
    everything, shown, at = list(range(count)), [], ""
    for _ in range(count + 1):
        paging = Paging(2, at)
        place = paging.after(int)
        rest = [each for each in everything if place is None or each > place[0]]
        page = paging.listing(rest[: paging.one_more], lambda each: Shown(number=each), lambda each: (each,))
        shown += [each.number for each in page.items]
        if page.next is None:
            break
        at = page.next
    assert shown == everything
