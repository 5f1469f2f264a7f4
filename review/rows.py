"""Articles and sources as rows with stable keys, for tables and `--json`.

Every row has `id`, `slug`, `url`, `title`, `language`, `published`,
`first_seen` and `state`; times are ISO 8601 in UTC, a date without an hour is
a date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from matching.nearly import NearMiss
from news.article import Article, Published, Revision, Sighting
from news.source import Source
from news.watch import Evidence, Field, Match, Term

if TYPE_CHECKING:
    from review.standing import Insight, Standing

Row = dict[str, Any]
STABLE = ("id", "slug", "url", "title", "language", "published", "first_seen", "state")


def row(**given: Any) -> Row:
    """A row with every stable key, None where it is not given, then the keys of its own."""
    return {**dict.fromkeys(STABLE), **given}


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def published(said: Published | None) -> str | None:
    """The instant where an hour was said, else the date alone."""
    if said is None:
        return None
    return iso(said.at) or said.day.isoformat()


def article_row(article: Article) -> Row:
    return {
        "id": article.id,
        "slug": article.source,
        "url": article.url,
        "title": article.title,
        "language": article.language,
        "published": published(article.published),
        "first_seen": iso(article.appeared.by),
        "state": str(article.state),
        "brought": str(article.brought),
    }


def article_rows_in_full(
    article: Article,
    revisions: tuple[Revision, ...],
    sightings: tuple[Sighting, ...],
    matches: tuple[Match, ...],
) -> Row:
    """One article with all that is known of it."""
    return {
        **article_row(article),
        "outlet": article.outlet,
        "author": article.author,
        "not_there_at": iso(article.appeared.after),
        "reason": article.reason,
        "backfill": article.backfill,
        "said_by": article.said_by,
        "text": article.text,
        "revisions": [_revision_row(revision) for revision in revisions],
        "sightings": [_sighting_row(sighting) for sighting in sightings],
        "matches": [_match_row(match, {each.number: each for each in revisions}) for match in matches],
    }


def _revision_row(revision: Revision) -> Row:
    return {
        "number": revision.number,
        "at": iso(revision.at),
        "title": revision.title,
        "origin": str(revision.origin),
        "text_hash": revision.text_hash.hex() if revision.text_hash else None,
    }


def _sighting_row(sighting: Sighting) -> Row:
    return {
        "slug": sighting.source,
        "url": sighting.link,
        "guid": sighting.guid,
        "title": sighting.title,
        "not_there_at": iso(sighting.first.after),
        "first_seen": iso(sighting.first.by),
        "last_seen": iso(sighting.last_seen),
        "views": sighting.views,
    }


def _match_row(match: Match, revisions: Mapping[int, Revision]) -> Row:
    judged = revisions[match.revision]
    return {
        "topic": match.topic,
        "version": match.topic_version,
        "revision": match.revision,
        "at": iso(match.judged_at),
        "silent": match.silent,
        "evidence": evidence_rows(match.evidence, judged.title, judged.text),
    }


def evidence_rows(evidence: Sequence[Evidence], title: str, text: str) -> list[Row]:
    """Spans of a title and a text as rows; offsets are code points, `end` is exclusive. `sentence` is the
    one around the span (`start`, `end`, `text`), None where the match was kept before sentences were."""
    parts = {Field.TITLE: title, Field.TEXT: text}
    return [
        {
            "field": str(span.field),
            "start": span.start,
            "end": span.end,
            "form": span.form,
            "term": span.term,
            "sentence": _sentence_row(span, parts[span.field]),
        }
        for span in evidence
    ]


def _sentence_row(span: Evidence, part: str) -> Row | None:
    if span.sentence is None:
        return None
    start, end = span.sentence
    return {"start": start, "end": end, "text": part[start:end]}


def miss_rows(misses: Sequence[NearMiss], title: str, text: str) -> list[Row]:
    """Near misses as rows; `place` as in `evidence_rows`, None where nothing stands there."""
    return [
        {
            "why": str(miss.why),
            "term": miss.term or None,
            "said": miss.said,
            "place": evidence_rows([miss.place], title, text)[0] if miss.place else None,
        }
        for miss in misses
    ]


def term_rows(terms: Iterable[Term]) -> list[dict[str, Any]]:
    """A topic's terms, in their order."""
    return [
        {"text": term.text, "language": term.language, "role": str(term.role), "stands": str(term.stands)}
        for term in terms
    ]


def source_row(each: Standing) -> Row:
    """A source and how it is."""
    source, state = each.source, each.health
    return {
        "id": source.slug,
        "slug": source.slug,
        "url": source.url,
        "title": source.name,
        "language": ",".join(source.languages) or None,
        "published": None,
        "first_seen": iso(each.history.added),
        "state": "disabled" if state is None else each.state,
        "since": iso(state.since) if state else None,
        "reason": each.reason,
        "usual": (state.usual or None) if state else None,
        "kind": str(source.kind),
        "tier": str(source.tier),
        "confidence": str(source.confidence) if source.confidence else None,
        "spider": source.spider,
        "outlet": source.outlet,
        "last_visit": iso(each.history.last.at) if each.history.last else None,
        "exceptions": _exceptions(source),
    }


def source_in_full(found: Insight, most: int) -> Row:
    """One source with all that is known of how it does, and its latest visits, `most` at most.

    Latencies are medians in seconds.
    """
    history, latency = found.standing.history, found.latency
    rhythm = history.rhythm
    return {
        **source_row(found.standing),
        "usual": rhythm.in_words() if rhythm else None,
        "learned_from_days": rhythm.days if rhythm else None,
        "hint_silence_hours": found.standing.source.silence,
        "last_new": iso(history.trace.arrival),
        "last_good": iso(history.last_good),
        "requests_a_day": round(found.requests, 1),
        "published_to_seen": latency.seen,
        "published_to_seen_items": latency.items,
        "seen_to_told": latency.told,
        "seen_to_told_alerts": latency.alerts,
        "visits": [
            {
                "at": iso(visit.at),
                "outcome": str(visit.outcome),
                "status": visit.status,
                "seconds": round(visit.duration, 2),
                "listed": visit.listed,
                "new": visit.new,
                "reason": visit.reason,
            }
            for visit in found.visits[:most]
        ],
    }


def _exceptions(source: Source) -> dict[str, str]:
    waivers = {"insecure_tls": source.insecure_tls, "ignore_robots": source.ignore_robots}
    return {name: waiver.reason for name, waiver in waivers.items() if waiver}
