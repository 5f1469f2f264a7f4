"""The peer that reads articles: a spider as the tutorials write it.

Scrapy with its default settings (robots.txt obeyed, as its project template
has it), trafilatura with metadata, one ORM object per article added and
committed in a pipeline. `python -m benchmarks.peers.plain_scrapy SCENARIO PORT
FOLDER` prints one line of JSON.
"""

import sys
from datetime import UTC, datetime

import scrapy
import trafilatura
from scrapy import signals
from scrapy.crawler import CrawlerProcess
from scrapy.exceptions import DontCloseSpider
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.meter import Stopwatch
from benchmarks.scenarios import SCENARIOS, edition_path, feed_address, feed_path


class Base(DeclarativeBase):
    pass


class Article(Base):
    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str | None]
    author: Mapped[str | None]
    published: Mapped[str | None]
    language: Mapped[str | None]
    description: Mapped[str | None]
    text: Mapped[str]
    html: Mapped[bytes]
    fetched_at: Mapped[datetime]


class StorePipeline:
    def __init__(self, database):
        self.engine = create_engine(database)

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler.settings["DATABASE"])

    def open_spider(self):
        Base.metadata.create_all(self.engine)
        self.session = Session(self.engine)

    def close_spider(self):
        self.session.close()
        self.engine.dispose()

    def process_item(self, item):
        self.session.add(Article(**item))
        self.session.commit()
        return item


class ArticleSpider(scrapy.Spider):
    """Visits all feeds, reads all pages they announce; when idle, the next edition."""

    name = "articles"

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.next_edition, signal=signals.spider_idle)
        return spider

    def __init__(self, scenario, port):
        super().__init__()
        self.scenario, self.port = scenario, port
        self.watch = Stopwatch()
        self.edition = 0

    async def start(self):
        yield self.turn_to(0)

    def turn_to(self, edition):
        url = f"http://127.0.0.1:{self.port}{edition_path(self.scenario, edition)}"
        return scrapy.Request(url, self.visit_feeds, dont_filter=True)

    def visit_feeds(self, response):
        for number in range(self.scenario.feeds):
            url = f"http://{feed_address(number)}:{self.port}{feed_path(number)}"
            yield scrapy.Request(url, self.parse, dont_filter=True)

    def parse(self, response):
        for link in response.xpath("//item/link/text()").getall():
            yield scrapy.Request(link, self.parse_article)

    def parse_article(self, response):
        document = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
        yield {
            "url": response.url,
            "title": document.title,
            "author": document.author,
            "published": document.date,
            "language": document.language,
            "description": document.description,
            "text": document.text,
            "html": response.body,
            "fetched_at": datetime.now(UTC),
        }

    def next_edition(self):
        if self.edition == self.scenario.editions:
            self.watch.report(self.scenario.units)
            return
        if self.edition == 0:
            self.watch.start()
        self.edition += 1
        self.crawler.engine.crawl(self.turn_to(self.edition))
        raise DontCloseSpider


def main(name, port, folder):
    scenario = SCENARIOS[name]
    database = f"sqlite:///{folder}/scrapy.sqlite"
    settings = {
        "ROBOTSTXT_OBEY": True,
        "LOG_LEVEL": "WARNING",
        "DATABASE": database,
        "ITEM_PIPELINES": {StorePipeline: 300},
    }
    process = CrawlerProcess(settings)
    process.crawl(ArticleSpider, scenario=scenario, port=port)
    process.start()
    with Session(create_engine(database)) as session:
        stored = session.scalar(select(func.count()).select_from(Article))
    expected = scenario.feeds * (30 + scenario.step * scenario.editions)
    assert stored == expected, (stored, expected)


if __name__ == "__main__":
    main(*sys.argv[1:])
