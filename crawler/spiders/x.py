"""The spider of accounts on X, by its official API with the operator's token; without one it says so."""

from dataclasses import replace
from typing import Any

from crawler.parts import Interface
from crawler.reading.tweets import search_address
from crawler.visiting import Asking, SourceSpider
from news.errors import NotSetUp
from news.source import Source
from storage import sources


class XSpider(SourceSpider):
    """Entries are an account's posts of the last seven days, without what it merely passed on."""

    name = "x"
    reads = "crawler.reading.tweets:read_tweets"
    whole = True
    fades = True

    @staticmethod
    def asks(source: Source, x: Interface) -> Asking:
        if not x.token:
            remedy = "Set WIREWATCH_X__TOKEN, or disable the source"
            raise NotSetUp(
                slug=source.slug, problem="X is read by its API only, and no token is set", remedy=remedy
            )
        return Asking(
            search_address(source.url, x.endpoint),
            {b"Authorization": f"Bearer {x.token}".encode()},
            spacing=x.pause,
            robots=False,
        )

    async def asking(self, source: Source) -> Asking:
        asking = self.asks(source, self.parts.x)
        accounts = await self.parts.database.read(sources.count_of, self.name)
        return replace(asking, spacing=self.parts.x.pause * accounts)

    @staticmethod
    def options(source: Source) -> dict[str, Any]:
        return {"account": source.url}
