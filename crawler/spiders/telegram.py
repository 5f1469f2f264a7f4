"""The spider of public Telegram channels, by their preview pages; no account is needed."""

from typing import Any

from crawler.visiting import SourceSpider
from news.source import Source


class TelegramSpider(SourceSpider):
    """Entries are posts, whole as they stand in the preview."""

    name = "telegram"
    reads = "crawler.reading.telegram:read_channel"
    whole = True

    @staticmethod
    def options(source: Source) -> dict[str, Any]:
        return {"split": source.rules.split}
