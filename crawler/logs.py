"""What Scrapy says of each request and item: nothing, because the database says it."""

from typing import Any

from scrapy.logformatter import LogFormatter


class Quiet(LogFormatter):
    """Errors are formatted as ever; the line for every page and item is not."""

    def crawled(self, *args: Any, **kwargs: Any) -> Any:
        return None

    def scraped(self, *args: Any, **kwargs: Any) -> Any:
        return None
