"""`wirewatch topics`: what is watched."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from news.watch import Topic
from wirewatch.commands import backtest, drifting, offers, reindex, trying, versions
from wirewatch.commands.moments import moment
from wirewatch.commands.output import MATCHING, Json, say, settings_of, show_json, show_table
from wirewatch.settings import Settings

app = typer.Typer(help=f"What is watched. {MATCHING}", no_args_is_help=True)
COLUMNS = {"slug": "topic", "title": "name", "version": "version", "languages": "languages", "articles": "in"}
HEADINGS = {
    ("name", "alone"): "found by",
    ("name", "context"): "in context by",
    ("name", "phrase"): "in a phrase by",
    ("required", "alone"): "together with one of",
    ("excluded", "alone"): "not together with",
}
Words = list[str] | None
app.command("offer")(offers.offer)
app.command("history")(versions.history)
app.command("diff")(versions.diff)
app.command("test")(trying.try_on)
app.command("backtest")(backtest.backtest)
app.command("drift")(drifting.drift)
Slug = Annotated[str, typer.Argument(help="Its short name, as `topics list` shows it.")]
Terms = Annotated[
    list[str] | None, typer.Option("--term", help="What names it, such as en:Armenia; any language: Armenia.")
]


@app.command("list")
def list_topics(context: typer.Context, as_json: Json = False) -> None:
    """Every topic, and in how many articles it was found."""
    rows = asyncio.run(_rows(settings_of(context)))
    if as_json:
        show_json(rows)
        return
    for row in rows:
        row["languages"] = " ".join(row["languages"])
    show_table(rows, COLUMNS, "No topic yet. `wirewatch topics add` or `import` brings one.")


@app.command()
def add(
    context: typer.Context,
    slug: Slug,
    name: Annotated[str, typer.Option(help="As it is to be shown.")] = "",
    term: Terms = None,
    in_context: Annotated[
        Words, typer.Option(help="One that counts only where another form is in the article, too.")
    ] = None,
    in_phrase: Annotated[Words, typer.Option(help="One that counts only close beside another form.")] = None,
    exclude: Annotated[Words, typer.Option(help="A term whose presence rules the topic out.")] = None,
    require: Annotated[Words, typer.Option(help="Context: one of these must be in the article, too.")] = None,
    query: Annotated[
        str, typer.Option(help="Instead of terms: AND, OR, NOT, NEAR/n, fields; see docs/topics.md.")
    ] = "",
    mentions: Annotated[int, typer.Option(min=1, help="How often it must be named at least.")] = 1,
    rematch: Annotated[
        str | None,
        typer.Option(metavar="SINCE", help="Find it in what was first seen from then on, too; tells nobody."),
    ] = None,
) -> None:
    """Watch a topic, or give one other terms. It takes effect at once, for what is read from now on."""
    from review import topics

    tables = {"terms": term, "in_context": in_context, "in_phrase": in_phrase, "excluded": exclude}
    terms = topics.parse_terms({**tables, "required": require})
    settings = settings_of(context)
    since = moment("--rematch", rematch, settings)
    made = topics.topic(slug, name, terms, query=query, mentions=mentions)
    before, after = asyncio.run(_put(settings, made))
    _say_put(before, after)
    if since is not None:
        typer.echo(asyncio.run(reindex.rematch(settings, slug, since)))
    if before is None:
        offers.hint(settings, after)


def _say_put(before: Topic | None, after: Topic) -> None:
    slug = after.slug
    if before is None:
        typer.echo(f"added {slug}; `wirewatch reindex --topic {slug}` finds it in what was read before")
    elif before.version == after.version:
        typer.echo(f"{slug} has these terms already (version {after.version})")
    else:
        typer.echo(f"changed {slug}: version {after.version}")


@app.command()
def show(context: typer.Context, slug: Slug, as_json: Json = False) -> None:
    """One topic with its terms."""
    (row,) = [row for row in asyncio.run(_rows(settings_of(context), slug)) if row["slug"] == slug]
    if as_json:
        show_json([row])
        return
    say(f"{row['title']} ({row['slug']}, version {row['version']})", style="bold")
    if row["query"]:
        say(f"{'found by':>21}  {row['query']}")
    if row["mentions"] > 1:
        say(f"{'named at least':>21}  {row['mentions']} times")
    for kind, heading in HEADINGS.items():
        terms = [term for term in row["terms"] if (term["role"], term["stands"]) == kind]
        for number, term in enumerate(terms):
            say(f"{heading if number == 0 else '':>21}  {term['language'] or 'any':>3}  {term['text']}")
    say(f"{'found in':>21}  {row['articles']} articles")


@app.command()
def remove(context: typer.Context, slug: Slug) -> None:
    """Watch it no more; what was found is kept."""
    asyncio.run(_remove(settings_of(context), slug))
    typer.echo(f"removed {slug}")


@app.command("import")
def import_file(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="TOML, as `export` writes it.")]
) -> None:
    """Watch the topics of a file; those with a known slug are replaced. All or none."""
    from review import topics

    found = topics.read_file(file)
    new = asyncio.run(_put_all(settings_of(context), found))
    typer.echo(f"{len(found)} topics, {new} of them new")


@app.command()
def export(context: typer.Context) -> None:
    """Write all topics to standard output, as TOML that `import` reads."""
    from review import topics

    typer.echo(topics.write(asyncio.run(_all(settings_of(context)))), nl=False)


async def _rows(settings: Settings, slug: str | None = None) -> list[dict[str, Any]]:
    """All topics; with a slug, UnknownTopic is raised where there is none of that name."""
    from review.topics import topic_row
    from storage import matches, topics
    from wirewatch.database import database

    async with database(settings) as opened:
        found = await opened.read(topics.all_topics)
        if slug is not None:
            await opened.read(topics.get, slug)
        articles = await opened.read(matches.articles_by_topic)
    return [topic_row(topic, articles.get(topic.slug, 0)) for topic in found]


async def _all(settings: Settings) -> tuple[Topic, ...]:
    from storage import topics
    from wirewatch.database import database

    async with database(settings) as opened:
        return await opened.read(topics.all_topics)


async def _put(settings: Settings, topic: Topic) -> tuple[Topic | None, Topic]:
    """The topic as it was and as it is now."""
    from storage import topics
    from wirewatch.database import database, now

    async with database(settings) as opened:
        before = {known.slug: known for known in await opened.read(topics.all_topics)}
        await opened.write(topics.put_all, [topic], now=now())
        after = await opened.read(topics.get, topic.slug)
    return before.get(topic.slug), after


async def _put_all(settings: Settings, found: tuple[Topic, ...]) -> int:
    from storage import topics
    from wirewatch.database import database, now

    async with database(settings) as opened:
        return await opened.write(topics.put_all, found, now=now())


async def _remove(settings: Settings, slug: str) -> None:
    from storage import topics
    from wirewatch.database import database, now

    async with database(settings) as opened:
        await opened.write(topics.remove, slug, now=now())
