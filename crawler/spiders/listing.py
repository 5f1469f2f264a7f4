"""The spider of list pages: what a ministry without a feed shows of its news."""

from typing import Any

from crawler.visiting import SourceSpider
from news.work import VisitTask


class ListingSpider(SourceSpider):
    """Entries are found by the source's CSS rules, page by page."""

    name = "listing"
    reads = "crawler.reading.listing:read_list"

    def options(self, task: VisitTask) -> dict[str, Any]:
        return {"rules": task.source.rules}
