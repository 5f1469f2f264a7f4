"""What people write into the search field, found page by page from the latest back."""

from collections.abc import AsyncIterator, Sequence

import pytest

from news.errors import WirewatchError
from review.latest import Latest, latest, written
from review.matchers import Here
from storage import walking
from storage.database import Database
from storage.search import Filters
from tests.review.archive import judged

TEXTS = [
    *("The road of Lachin", "Lachin corridor", "The corridor of Lachin", "Shusha"),
    *("Лачинский коридор", "Lachin corridor, Shusha", "The Lachin corridor", "corridor"),
]


@pytest.fixture(params=[walking.FAR, 1], ids=["walked", "asked"])
async def database(
    database_url: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Database]:
    monkeypatch.setattr(walking, "FAR", request.param)
    async with judged(database_url, TEXTS) as opened:
        yield opened


def numbers(found: Latest) -> list[int]:
    return [int(hit.article.title.split()[1]) for hit in found.hits]


async def search(database: Database, line: str) -> list[int]:
    wanted = written(line)
    return numbers(await latest(database, Here(wanted), wanted, Filters()))


async def test_all_words_and_phrases_are_found(database: Database) -> None:
    assert await search(database, "Lachin corridor") == [6, 5, 2, 1]
    assert await search(database, '"Lachin corridor"') == [6, 5, 1]
    assert await search(database, "“Lachin corridor” Shusha") == [5]
    assert await search(database, "Лачинского") == [4]
    assert await search(database, "(Shusha OR road) AND NOT corridor") == [3, 0]
    assert await search(database, "Shusha Shusha") == [5, 3]


async def test_pages_follow_one_another(database: Database) -> None:
    wanted = written("corridor")
    found: list[int] = []
    place, pages = None, 0
    while pages == 0 or place is not None:
        page = await latest(database, Here(wanted), wanted, Filters(), after=place, limit=2)
        found, place, pages = [*found, *numbers(page)], page.onward, pages + 1
    assert found == [7, 6, 5, 2, 1]


async def test_a_page_that_costs_too_much_ends_and_goes_on(database: Database) -> None:
    """Of eight reports that hold both words few hold them side by side."""
    wanted = written('"corridor of"')
    first = await latest(database, Here(wanted), wanted, Filters(), limit=1, most=1)
    assert numbers(first) == [2]
    place = first.onward
    assert place is not None
    rest = await latest(database, Here(wanted), wanted, Filters(), after=place, limit=1, most=1)
    assert numbers(rest) == []


@pytest.mark.parametrize(
    "line", ["", "  ", "—", "Lachin —", '""', "(Lachin", "lang:xx", "NOT Lachin", "a OR"]
)
async def test_what_cannot_be_searched_for_is_refused(line: str) -> None:
    with pytest.raises(WirewatchError):
        written(line)


def test_a_line_is_phrases_or_a_query() -> None:
    def phrases(line: str) -> Sequence[str]:
        return [topic.slug for topic in written(line)]

    assert phrases("Lachin  corridor") == ["Lachin", "corridor"]
    assert phrases('«Laçın yolu» "a b" c') == ["Laçın yolu", "a b", "c"]
    assert phrases('"never closed') == ["never", "closed"]
    assert phrases("and or not near") == ["and", "or", "not", "near"]
    assert phrases("UN AND EU") == ["--query"]
    assert written("title:Lachin")[0].query == "title:Lachin"
    assert phrases("10:30 x/y") == ["10:30", "x/y"]
