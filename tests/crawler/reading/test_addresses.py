"""Lists of addresses as people keep them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.reading.addresses import LONGEST, Address, Unusable, read_addresses

NOW = datetime(2026, 11, 2, tzinfo=UTC)
URL = "https://mfa.example/news/1"


def rows(text: str, table: bool = True) -> list[Address | Unusable]:
    slugs = frozenset({"mfa"})
    return list(read_addresses(text, table=table, slugs=slugs, languages=("en", "ru"), now=NOW))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"url,date\n{URL},2022-12-13\n", Address(2, URL, "2022-12-13")),
        (f"Title;LINK;Source\nOn a road;{URL};mfa", Address(2, URL, "", "On a road", "mfa")),
        (f"headline\turl\tpublished\n\t{URL}\t13 декабря 2022", Address(2, URL, "13 декабря 2022")),
        (f"{URL},mfa,13.12.2022,On a road", Address(1, URL, "13.12.2022", "On a road", "mfa")),
        (f'"On a road, closed",{URL}', Address(1, URL, "", "On a road, closed")),
        (f"# kept by hand\n\n{URL}", Address(3, URL)),
        (f"url,date\r\n{URL}\r\n", Address(2, URL)),
    ],
)
def test_a_table(text: str, found: Address) -> None:
    assert rows(text) == [found]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (URL, Address(1, URL)),
        (f"  {URL}  2022-12-13  On a road", Address(1, URL, "2022-12-13", "On a road")),
        (f"{URL}\tOn a road\t13 December 2022", Address(1, URL, "13 December 2022", "On a road")),
        (f"{URL},1;2", Address(1, f"{URL},1;2")),
    ],
)
def test_a_line(line: str, found: Address) -> None:
    assert rows(line, table=False) == [found]


def test_what_is_no_address_is_named_by_its_line() -> None:
    found = rows(f"url\n{URL}\nmailto:a@b.example\n,\n" + '"two\nlines"\n' + "ftp://x.example/\n")
    assert [(type(row), row.line) for row in found] == [
        (Address, 2),
        (Unusable, 3),
        (Unusable, 5),
        (Unusable, 7),
    ]
    assert isinstance(found[1], Unusable)
    assert found[1].problem == "'mailto:a@b.example' is no web address"


def test_what_is_no_list_ends_all_the_same() -> None:
    assert all(isinstance(row, Unusable) for row in rows('"' * 5 + "x" * 300_000 + "\n\x00\x01\n"))
    assert len(rows("x" * (LONGEST * 3), table=False)) == 1
    assert rows("") == []
