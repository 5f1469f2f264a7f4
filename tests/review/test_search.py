"""A search finds what the matcher finds: all phrases, each word by word, with its evidence."""

from collections.abc import AsyncIterator

import pytest

from news.errors import QueryError
from news.watch import Evidence, Field
from review.search import search
from storage.database import Database
from storage.search import Filters
from tests.review.archive import judged

TEXTS = [
    "Traffic on the Lachin corridor has stopped; Shusha is cut off.",
    "The corridor of Lachin",
    "LAÇIN DƏHLİZİ bağlıdır, Şuşa'da isə sakitlikdir. Xankəndi yolunda heç kim yoxdur, nazirlik bildirir.",
    "Лачинский коридор",
]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with judged(database_url, TEXTS) as opened:
        yield opened


async def test_searching(database: Database) -> None:
    async def found(*phrases: str, limit: int = 50) -> list[int]:
        hits = await search(database, phrases, Filters(), limit=limit)
        return sorted(int(hit.article.title.split()[1]) for hit in hits)

    assert await found("Lachin corridor") == [0]
    assert await found("Lachin", "corridor") == [0, 1]
    assert await found("Lachin corridor", "Shusha") == [0]
    assert await found("Lacin dehlizi") == [2]
    assert await found("laçın dəhlizi", "Şuşa") == [2]
    assert await found("Лачинский Коридор") == [3]
    assert await found("Лачин") == []
    assert await found("Лачинского коридора") == [3]
    assert await found("Laçın dəhlizində") == [2]
    assert await found("report") == [0, 1, 2, 3]
    assert await found("report", limit=2) == [2, 3]
    [hit] = await search(database, ["corridor", "lachin corridor"], Filters())
    assert hit.evidence == (
        Evidence(Field.TEXT, 15, 30, "Lachin corridor", "lachin corridor", (0, 62)),
        Evidence(Field.TEXT, 22, 30, "corridor", "corridor", (0, 62)),
    )
    with pytest.raises(QueryError, match="no letter or digit"):
        await search(database, ["Lachin", "—"], Filters())
