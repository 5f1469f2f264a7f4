"""An archive for the desk's bench: made by the database itself, the same in every run."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, create_engine, text

from news.people import Role
from news.source import Kind, Source, Tier
from news.watch import Term
from review.desk.admission import hashed
from storage import accounts, keys, listing, sources, topics
from storage.address import parse
from storage.columns import table
from storage.judging_tables import ReadingRow
from storage.schema import upgrade

START = datetime(2025, 1, 1, tzinfo=UTC)
SOURCES, TOPICS, MATCHED, TWICE, USERS = 500, 200, 42_500, 7_500, 20
LANGUAGES = ("en", "ru", "hy", "az", "tr", "fa", "ka", "fr", "de", "uk", "ar")
KINDS = (Kind.MINISTRY, Kind.AGENCY, Kind.BROADCASTER, Kind.NEWSPAPER, Kind.THINK_TANK)
SENTENCE = "Officials said on Monday that talks on the Hakari bridge would go on after the recess. "
BODY = SENTENCE * 40
FOUND = SENTENCE.index("Hakari bridge")
EVIDENCE = (
    f'[{{"field": "text", "start": {FOUND}, "end": {FOUND + 13}, "form": "Hakari bridge",'
    f' "term": "Hakari bridge", "sentence": [0, {len(SENTENCE) - 1}]}}]'
)
NUMBERS = "WITH RECURSIVE n(g) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT g + 1 FROM n WHERE g < :many)"
# The moment of the article number g: they come evenly, `apart` seconds from each other.
AT = {
    "postgresql": "to_timestamp(1735689600 + g * :apart)",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', 1735689600 + g * :apart, 'unixepoch')",
}
# An article's own day, as both databases have it.
DAY = {"postgresql": "CAST({at} AS date)", "sqlite": "substr({at}, 1, 10)"}
ARTICLES = """
    INSERT INTO articles (id, outlet, source, url, title, language, published_day, published_at,
        appeared_after, appeared_by, state, backfill, revision, host, attempts, crashes, fruitless, brought)
    {numbers}
    SELECT g, 'o' || (((g * 7919) % 500) / 2), 's' || ((g * 7919) % 500), 'https://bench.example/' || g,
        'Report number ' || g || ' on the state of the crossing', {language}, {day}, {at}, {at}, {at},
        'read', {no}, 1, 'bench.example', 0, 0, 0, 'visit'
    FROM n
"""
REVISIONS = """
    INSERT INTO revisions (article, number, at, title, text, origin, language, analysis, terms)
    SELECT id, 1, appeared_by, title, CASE WHEN id % :step = 0 THEN :body ELSE substr(:body, 1, 400) END,
        'page', language, 1, NULL
    FROM articles
"""
# Some topics are found often, most seldom.
MATCHES = """
    INSERT INTO matches (topic, topic_version, article, revision, evidence, analysis, judged_at, silent)
    {numbers}
    SELECT 't' || ((((g * 7919) % 200) * ((g * 104729 + {more}) % 200)) / 200), 1, g * :step, 1, {evidence},
        1, {at}, {no}
    FROM n
    WHERE g <= :some
"""


def fill(url: str, many: int) -> list[str]:
    """Make an empty database into an archive of so many articles; the session keys of its users."""
    upgrade(url)
    engine = create_engine(parse(url).url)
    with engine.begin() as conn:
        _catalogue(conn)
        _archive(conn, many)
        keys_ = _people(conn)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    return keys_


def _catalogue(conn: Connection) -> None:
    for number in range(SOURCES):
        source = Source(
            slug=f"s{number}",
            outlet=f"o{number // 2}",
            name=f"Source number {number}",
            kind=KINDS[number % len(KINDS)],
            url=f"https://s{number}.bench.example/feed",
            tier=list(Tier)[number % 3],
            speaks_for="Bridgeland" if number % 5 == 0 else None,
            country=("AM", "AZ", "GE", "IR", "TR")[number % 5],
        )
        sources.put(conn, source, now=START, by_hand=False)
    for number in range(TOPICS):
        topics.put(conn, f"t{number}", f"Topic number {number}", [Term("Hakari bridge")], now=START)


def _archive(conn: Connection, many: int) -> None:
    name, step = conn.dialect.name, many // MATCHED
    at, no = AT[name], "false" if name == "postgresql" else "0"
    language = " ".join(f"WHEN {place} THEN '{code}'" for place, code in enumerate(LANGUAGES))
    pieces = {"at": at, "no": no, "day": DAY[name].format(at=at), "numbers": NUMBERS}
    pieces["language"] = f"CASE (g * 31) % {len(LANGUAGES)} {language} END"
    apart = {"apart": 40_000_000 // many}
    conn.execute(text(ARTICLES.format(**pieces)), {"many": many, **apart})
    conn.execute(text(REVISIONS), {"body": BODY, "step": step})
    pieces["evidence"] = "CAST(:evidence AS jsonb)" if name == "postgresql" else ":evidence"
    pieces["at"] = at.replace("g *", "g * :step *")
    for more, some in ((0, MATCHED), (57, TWICE)):
        asked = {"many": MATCHED, "some": some, "step": step, "evidence": EVIDENCE, **apart}
        again = " ON CONFLICT DO NOTHING"
        conn.execute(text(MATCHES.format(**pieces, more=more) + again), asked)
    for number in range(TOPICS):
        listing.relist_topic(conn, f"t{number}")
    if name == "postgresql":
        conn.execute(text("SELECT setval(pg_get_serial_sequence('articles', 'id'), :many)"), {"many": many})


def _people(conn: Connection) -> list[str]:
    """Analysts who have read the older half of what there is."""
    opened = []
    for number in range(USERS):
        account = accounts.add(conn, f"Analyst {number}", Role.ANALYST, now=START)
        key = f"bench-{number}-" + "k" * 30
        keys.open_session(
            conn, hashed(key), account.id, "c" * 43, "127.0.0.1", "a bench", now=datetime.now(UTC)
        )
        opened.append(key)
    read = "SELECT :account, article, appeared_by FROM inbox WHERE article % 2 = 0"
    into = f"INSERT INTO {table(ReadingRow).name} (account, article, read_at) "
    first = accounts.all_accounts(conn)[0].id
    conn.execute(text(into + read), {"account": first})
    return opened
