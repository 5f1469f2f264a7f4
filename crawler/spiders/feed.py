"""The spider of feeds: RSS 0.9x to 2.0, RDF, Atom and JSON Feed."""

from crawler.visiting import SourceSpider


class FeedSpider(SourceSpider):
    """Entries are what the feed lists."""

    name = "feed"
    reads = "crawler.reading.feeds:read_feed"
