"""Lists that people keep under a name: the filters of the inbox or the search, as their address has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from news.errors import RemarkError, UnknownRemark
from news.judging import SavedSearch
from news.texts import one_line
from storage.columns import table, upsert
from storage.judging_tables import SavedSearchRow

SEARCHES = table(SavedSearchRow)
LONGEST_NAME = 80
LONGEST_ADDRESS = 4000


def put(conn: Connection, account: int, name: str, page: str, address: str, *, at: datetime) -> SavedSearch:
    """Keep filters under a name; those it had before go. Raises RemarkError."""
    called = one_line(name)
    for what, words, longest in (("name", called, LONGEST_NAME), ("search", address, LONGEST_ADDRESS)):
        if (what == "name" and not words) or len(words) > longest:
            problem = f"it has {len(words):,} characters" if words else "it is empty"
            raise RemarkError(kind=what, problem=problem, remedy=f"Use 1 to {longest:,} characters.")
    row = {"account": account, "name": called, "page": page, "address": address, "added": at}
    kept = upsert(conn, SEARCHES).values(row)
    kept = kept.on_conflict_do_update(
        index_elements=["account", "name"], set_={"page": page, "address": address}
    )
    return _search(conn.execute(kept.returning(SEARCHES)).one())


def of_account(conn: Connection, account: int, page: str | None = None) -> tuple[SavedSearch, ...]:
    """What they keep (of one page), by name."""
    query = select(SEARCHES).where(SEARCHES.c.account == account)
    if page is not None:
        query = query.where(SEARCHES.c.page == page)
    return tuple(sorted(map(_search, conn.execute(query)), key=lambda each: each.name.casefold()))


def get(conn: Connection, account: int, number: int) -> SavedSearch:
    """One of theirs. Raises UnknownRemark."""
    row = conn.execute(select(SEARCHES).where(_theirs(account, number))).one_or_none()
    if row is None:
        raise UnknownRemark(kind="saved search", id=number)
    return _search(row)


def by_token(conn: Connection, token: str) -> SavedSearch | None:
    """Whose feed the bearer of that token may read; None: nobody's."""
    row = conn.execute(select(SEARCHES).where(SEARCHES.c.token == token)).one_or_none()
    return None if row is None else _search(row)


def open_feed(conn: Connection, account: int, number: int, token: str | None) -> SavedSearch:
    """Let the bearer of that token read its feed, and of no other; None: nobody. Raises UnknownRemark."""
    conn.execute(update(SEARCHES).where(_theirs(account, number)).values(token=token))
    return get(conn, account, number)


def remove(conn: Connection, account: int, number: int) -> None:
    """Forget one of theirs. Raises UnknownRemark."""
    if conn.execute(delete(SEARCHES).where(_theirs(account, number))).rowcount == 0:
        raise UnknownRemark(kind="saved search", id=number)


def _theirs(account: int, number: int) -> Any:
    return (SEARCHES.c.id == number) & (SEARCHES.c.account == account)


def _search(row: Any) -> SavedSearch:
    return SavedSearch(row.id, row.account, row.name, row.page, row.address, row.token, row.added)
