"""Article text and dates over the 181 saved pages of scrapinghub/article-extraction-benchmark."""

import gzip
import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.reading.articles import read_article
from news.article import Entry, Reading
from news.source import Rules
from tests.corpora import corpus
from tests.crawler.reading.shingles import compare, score

ROOT = Path(__file__).parents[2]
FLOORS = tomllib.loads((ROOT / "floors.toml").read_text("utf-8"))["articles"]
NOW = datetime(2026, 11, 1, tzinfo=UTC)  # after all pages, so no date is helped by the clamp


def read(folder: Path, name: str, url: str, zone: str = "UTC") -> Reading:
    """The page read as in production, with nothing known from a feed and the server's header."""
    return read_article(
        gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()),
        url=url,
        final_url=url,
        content_type="text/html; charset=utf-8",
        rules=Rules(),
        zone=zone,
        languages=(),
        now=NOW,
        entry=Entry(link=url, title=""),
    )


@pytest.fixture(scope="module")
def folder() -> Path:
    return corpus("article-extraction-benchmark")


def test_the_text_of_articles_is_found(folder: Path) -> None:
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    assert len(truth) == 181
    found = score(
        [compare(page["articleBody"], read(folder, name, page["url"]).text) for name, page in truth.items()]
    )
    print(
        f"{len(truth)} pages: F1 {found.f1:.4f}, precision {found.precision:.4f}, recall {found.recall:.4f}"
    )
    assert found.f1 >= FLOORS["f1"], found


def test_the_day_of_publication_is_told(folder: Path) -> None:
    labels = tomllib.loads((ROOT / "gold/publication_dates.toml").read_text("utf-8"))["published"]
    assert len(labels) >= 70
    wrong: list[tuple[str, Any, Any]] = []
    for label in labels:
        told = read(folder, label["page"], label["address"], label["zone"]).published
        if told is None or told.day != label["date"]:
            wrong.append((label["address"], label["date"], told))
    print(f"{len(labels)} labelled pages: {len(labels) - len(wrong)} dates right")
    assert len(labels) - len(wrong) >= FLOORS["dates"], wrong
