"""The spider of WordPress' REST interface, where a site offers it: posts with their whole texts."""

from crawler.visiting import SourceSpider


class WordpressSpider(SourceSpider):
    """Entries are posts, newest first."""

    name = "wordpress"
    reads = "crawler.reading.wordpress:read_posts"
    whole = True
