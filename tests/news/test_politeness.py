"""Retry-After, max-age and Expires as servers really write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.politeness import LATEST, SOONEST, parse_max_age, parse_retry_after

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        (b"", None),
        (b"3600", 3600.0),
        ("3600", 3600.0),
        (b" 120 ", 120.0),
        (b"90.5", 90.5),
        (b"1", SOONEST),
        (b"0", SOONEST),
        (b"-1", SOONEST),
        (b"1e9", LATEST),
        (b"1000000000", LATEST),
        (b"9" * 5000, LATEST),
        (b"Tue, 24 Nov 2026 14:00:00 GMT", 7200.0),
        (b"Tuesday, 24-Nov-26 14:00:00 GMT", 7200.0),
        (b"Tue Nov 24 14:00:00 2026", 7200.0),
        (b"Tue, 24 Nov 2026 17:00:00 +0300", 7200.0),
        (b"Tue, 24 Nov 2025 14:00:00 GMT", SOONEST),
        (b"Wed, 24 Nov 2027 14:00:00 GMT", LATEST),
        (b"Tue, 99 Nov 2026 14:00:00 GMT", None),
        (b"soon", None),
        (b"nan", None),
        (b"inf", None),
        (b"1_000", None),
        ("٣٦٠٠", None),
        (b"\xff\xfe", None),
        (b"120, 120", None),
    ],
)
def test_retry_after(value: bytes | str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("cache_control", "expires", "seconds"),
    [
        (None, None, None),
        (b"max-age=600", None, 600.0),
        (b"public, Max-Age=600, must-revalidate", b"Tue, 24 Nov 2026 14:00:00 GMT", 600.0),
        (b'max-age="600"', None, 600.0),
        (b"s-maxage=600", None, None),
        (b"x-max-age=600", None, None),
        (b"max-age=0", b"Tue, 24 Nov 2026 14:00:00 GMT", None),
        (b"max-age=-5", None, None),
        (b"max-age=99999999999999999999", None, LATEST),
        (b"no-cache, max-age=600", None, None),
        (b"no-store", b"Tue, 24 Nov 2026 14:00:00 GMT", None),
        (None, b"Tue, 24 Nov 2026 14:00:00 GMT", 7200.0),
        (b"public", b"Tue, 24 Nov 2026 14:00:00 GMT", 7200.0),
        (None, b"Thu, 19 Nov 1981 08:52:00 GMT", None),
        (None, b"0", None),
        (None, b"-1", None),
    ],
)
def test_max_age(cache_control: bytes | None, expires: bytes | None, seconds: float | None) -> None:
    assert parse_max_age(cache_control, expires, NOW) == seconds


DATES = st.from_regex(r"[A-Za-z]{0,4},? ?\d{0,12}[ -][A-Za-z]{0,4}[ -]\d{0,9} [\d:.]{0,12} ?[A-Z+\-\d]{0,9}")


@given(st.one_of(st.binary(), st.text(), DATES))
def test_anything_is_read_or_refused_and_held_to_bounds(value: bytes | str) -> None:
    wait = parse_retry_after(value, NOW)
    assert wait is None or SOONEST <= wait <= LATEST
    age = parse_max_age(value, value, NOW)
    assert age is None or 0 < age <= LATEST
