"""The spider of accounts on X, by its official API with the operator's token; without one it says so."""

from typing import Any

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

    async def asking(self, source: Source) -> Asking:
        api = self.parts.x
        if not api.token:
            remedy = "Set WIREWATCH_X__TOKEN, or disable the source"
            raise NotSetUp(
                slug=source.slug, problem="X is read by its API only, and no token is set", remedy=remedy
            )
        accounts = await self.parts.database.read(sources.count_of, self.name)
        return Asking(
            search_address(source.url, api.endpoint),
            {b"Authorization": f"Bearer {api.token}".encode()},
            spacing=api.pause * accounts,
            robots=False,
        )

    @staticmethod
    def options(source: Source) -> dict[str, Any]:
        return {"account": source.url}
