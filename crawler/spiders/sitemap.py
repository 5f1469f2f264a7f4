"""The spider of sitemaps: for sites that have neither feed nor a list that can be read."""

from datetime import datetime
from typing import Any

from crawler.reading.sitemaps import MOST
from crawler.visiting import SourceSpider
from news.source import Source


class SitemapSpider(SourceSpider):
    """Entries are the latest addresses of the sitemap, or of the latest parts of an index."""

    name = "sitemap"
    reads = "crawler.reading.sitemaps:read_sitemap"

    @staticmethod
    def options(source: Source) -> dict[str, Any]:
        return {"paths": source.rules.paths}

    @staticmethod
    def paging(since: datetime) -> dict[str, Any]:
        return {"newest": MOST, "since": since}
