"""The spider of list pages: what a ministry without a feed shows of its news."""

from typing import Any

from crawler.visiting import SourceSpider
from news.source import Source


class ListingSpider(SourceSpider):
    """Entries are found by the source's CSS rules, page by page."""

    name = "listing"
    reads = "crawler.reading.listing:read_list"

    @staticmethod
    def options(source: Source) -> dict[str, Any]:
        return {"rules": source.rules}
