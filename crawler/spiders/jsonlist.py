"""The spider of lists that come as JSON, by themselves or inside a page drawn from it."""

from typing import Any

from crawler.visiting import SourceSpider
from news.source import Source


class JsonListSpider(SourceSpider):
    """Entries are found by the source's paths and templates."""

    name = "jsonlist"
    reads = "crawler.reading.jsonlists:read_json_list"

    @staticmethod
    def options(source: Source) -> dict[str, Any]:
        return {"rules": source.rules}
