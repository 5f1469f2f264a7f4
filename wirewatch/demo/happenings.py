"""What happens while the demonstration stays up, a line each."""

from __future__ import annotations

from storage import articles, matches
from storage.database import Connection, Database
from wirewatch.commands.output import say
from wirewatch.demo.sink import Letter


class Happenings:
    """Says which articles and versions came since it looked last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[int, int] = {}

    async def catch_up(self) -> None:
        """Take what there is for known."""
        await self._database.read(self._new)

    async def tell(self) -> None:
        """A line for each new article and each new version."""
        for line in await self._database.read(self._new):
            say(f"    {line}")

    def mail(self, letter: Letter) -> None:
        """A message has arrived."""
        say(f"    mail to {letter.recipient}: {letter.message['Subject']}")

    def _new(self, conn: Connection) -> list[str]:
        lines = []
        for article in reversed(articles.items(conn, limit=10_000)):
            before = self._seen.get(article.id, 0)
            if article.revision == before:
                continue
            self._seen[article.id] = article.revision
            found = {match.topic for match in matches.of_article(conn, article.id)}
            about = ", ".join(sorted(found)) or "no topic"
            what = "collected" if before == 0 else f"changed: version {article.revision}"
            lines.append(f"{what}: item {article.id} [{article.language}] {article.source} ({about})")
        return lines
