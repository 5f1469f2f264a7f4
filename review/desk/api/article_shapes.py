"""What the API says of articles: the shapes of its answers, and how they are filled."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from alerts.composing.plain import web_link
from news.judging import Says
from storage.article_page import Proof, Whole
from storage.lines import Line


class SourceOut(BaseModel):
    """The source that showed it first. `speaks_for`: whose own channel it is; null: a medium."""

    slug: str
    outlet: str
    name: str
    kind: str
    tier: str
    country: str | None
    speaks_for: str | None


class SpanOut(BaseModel):
    """A place of a text: code points from its beginning, the end excluded."""

    start: int
    end: int


class QuoteOut(BaseModel):
    """A slice of the article's text, beginning at `start` of it; `marks` are the places of what matched in
    the slice."""

    text: str
    start: int
    marks: list[SpanOut]


class TopicOut(BaseModel):
    """A topic it was found for, the team's verdict, and the words that matched."""

    topic: str
    name: str
    verdict: Says | None
    forms: list[str]


class ArticleOut(BaseModel):
    """A line of the inbox. `published_at` is null where no hour was given; it appeared after
    `appeared_after` (null: nobody knows) and by `appeared_by`. `read_at` and `starred_at` are yours."""

    id: int
    title: str
    url: str | None
    language: str | None
    author: str | None
    published_day: date | None
    published_at: datetime | None
    appeared_after: datetime | None
    appeared_by: datetime
    state: str
    brought: str
    said_by: str | None
    source: SourceOut
    quote: QuoteOut | None
    topics: list[TopicOut]
    read_at: datetime | None
    starred_at: datetime | None
    notes: int
    tags: list[str]
    assignee: str | None


class ProofOut(BaseModel):
    """A place that proves a match: `field` is title or text, `term` the topic's word whose form it is."""

    field: str
    start: int
    end: int
    form: str
    term: str
    language: str | None
    sentence: SpanOut | None


class MatchOut(BaseModel):
    topic: str
    name: str
    topic_version: int
    version_in_force: Annotated[int | None, Field(description="Null: it is watched no more.")]
    revision: int
    judged_at: datetime
    silent: Annotated[bool, Field(description="Found for the archive, told to nobody.")]
    proofs: list[ProofOut]


class SightingOut(BaseModel):
    source: str
    link: str | None
    first_after: datetime | None
    first_seen: datetime
    last_seen: datetime
    views: int | None


class VerdictOut(BaseModel):
    topic: str
    says: Says
    by: str
    at: datetime
    undone: datetime | None


class NoteOut(BaseModel):
    id: int
    by: str
    at: datetime
    text: str


class UseOut(BaseModel):
    """Where it was cited."""

    id: int
    by: str
    at: datetime
    line: str


class TellingOut(BaseModel):
    """Who was told of it under a topic, and how the message went."""

    topic: str
    subscription: int
    recipient: str | None
    kind: str | None
    state: str | None
    told_at: datetime
    sent_at: datetime | None
    answer: str | None


class WholeOut(BaseModel):
    """All that is known of an article. `text` is its latest version, number `revision`."""

    id: int
    title: str
    text: str
    url: str | None
    language: str | None
    author: str | None
    published_day: date | None
    published_at: datetime | None
    appeared_after: datetime | None
    appeared_by: datetime
    state: str
    brought: str
    said_by: str | None
    revision: int
    source: SourceOut
    matches: list[MatchOut]
    sightings: list[SightingOut]
    verdicts: list[VerdictOut]
    notes: list[NoteOut]
    uses: list[UseOut]
    tags: list[str]
    assignee: str | None
    told: list[TellingOut]
    read_at: datetime | None
    starred_at: datetime | None


def line_out(line: Line) -> ArticleOut:
    quote, marked = line.quote, None
    if quote is not None:
        marks = [SpanOut(start=mark.start, end=mark.end) for mark in quote.marks]
        marked = QuoteOut(text=quote.text, start=quote.start, marks=marks)
    return ArticleOut(
        **_facts(line),
        quote=marked,
        topics=[
            TopicOut(topic=each.topic, name=each.name, verdict=each.verdict, forms=list(each.forms))
            for each in line.topics
        ],
        read_at=line.own.read_at,
        starred_at=line.own.starred_at,
        notes=line.notes,
        tags=list(line.tags),
        assignee=line.assignee,
    )


def whole_out(whole: Whole) -> WholeOut:
    return WholeOut(
        **_facts(whole),
        text=whole.article.text,
        revision=whole.article.revision,
        matches=_matches(whole),
        sightings=[
            SightingOut(
                source=each.sighting.source,
                link=web_link(each.sighting.link),
                first_after=each.sighting.first.after,
                first_seen=each.sighting.first.by,
                last_seen=each.sighting.last_seen,
                views=each.sighting.views,
            )
            for each in whole.seen
        ],
        verdicts=[
            VerdictOut(topic=each.topic, says=each.says, by=each.by, at=each.at, undone=each.undone)
            for each in whole.verdicts
        ],
        notes=[NoteOut(id=each.id, by=each.by, at=each.at, text=each.text) for each in whole.notes],
        uses=[UseOut(id=each.id, by=each.by, at=each.at, line=each.line) for each in whole.uses],
        tags=[each.tag for each in whole.tags],
        assignee=whole.assignment.name if whole.assignment else None,
        told=[TellingOut.model_validate(each, from_attributes=True) for each in whole.told],
        read_at=whole.own.read_at,
        starred_at=whole.own.starred_at,
    )


def _facts(of: Line | Whole) -> dict[str, Any]:
    """What a line and a whole article say alike."""
    article, source = of.article, of.source
    published = article.published
    return {
        "id": article.id,
        "title": article.title,
        "url": web_link(article.url),
        "language": article.language,
        "author": article.author,
        "published_day": published.day if published else None,
        "published_at": published.at if published else None,
        "appeared_after": article.appeared.after,
        "appeared_by": article.appeared.by,
        "state": str(article.state),
        "brought": str(article.brought),
        "said_by": article.said_by,
        "source": SourceOut(
            slug=source.slug,
            outlet=source.outlet,
            name=source.name,
            kind=source.kind,
            tier=source.tier,
            country=source.country,
            speaks_for=source.speaks_for,
        ),
    }


def _matches(whole: Whole) -> list[MatchOut]:
    return [
        MatchOut(
            topic=each.match.topic,
            name=each.name,
            topic_version=each.match.topic_version,
            version_in_force=each.in_force,
            revision=each.match.revision,
            judged_at=each.match.judged_at,
            silent=each.match.silent,
            proofs=[_proof(proof) for proof in each.proofs],
        )
        for each in whole.matches
    ]


def _proof(proof: Proof) -> ProofOut:
    spot = proof.evidence
    sentence = spot.sentence and SpanOut(start=spot.sentence[0], end=spot.sentence[1])
    return ProofOut(
        field=spot.field,
        start=spot.start,
        end=spot.end,
        form=spot.form,
        term=spot.term,
        language=proof.language,
        sentence=sentence,
    )
