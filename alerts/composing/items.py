"""One article as it is shown: what it says, who says it, when, and the words that matched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.composing.moments import Moments
from alerts.composing.passages import Passage, marks, passage
from alerts.composing.plain import name, plain, web_link
from alerts.composing.words import language_name, what
from news.article import Article, Brought
from news.sentences import Span, after_title, opening, sentence_at
from news.source import Kind, Source
from news.telling import Finding
from news.watch import Field

CLIPPED = "clipped by hand"
LONGEST_HEADLINE = 240
LONGEST_SUBJECT_HEADLINE = 110
MOST_QUOTES = 4  # the opening and a sentence for three topics
MOST_FORMS = 6


@dataclass(frozen=True, slots=True)
class Item:
    """An article with all topics it is told under. Words are ready to show, but for HTML's escaping.

    `quotes` are the opening sentence and those that matched, in the order of
    the text; `forms` are the words that matched, by topic. `speaks_for` is set
    for an institution's own channel only.
    """

    article: int
    topics: tuple[str, ...]
    headline: Passage
    short_headline: str
    link: str | None
    source: str
    what: str
    author: str | None
    language: str
    said: str
    seen: str
    late: bool
    quotes: tuple[Passage, ...]
    forms: dict[str, str]
    outlet: str
    speaks_for: str | None


def item(findings: Sequence[Finding], moments: Moments) -> Item:
    """The article of `findings` (one for each topic it matches, in the order the topics are told)."""
    article, source = findings[0].article, findings[0].source
    evidence = [proof for finding in findings for proof in finding.evidence]
    title = article.title if article.title.strip() else (article.url or "(no title)")
    headline = passage(
        title, Span(0, len(title)), marks(title, evidence, Field.TITLE), article.language, LONGEST_HEADLINE
    )
    published = moments.published(article.published)
    said = "said" if source.speaker else "published"
    return Item(
        article=article.id,
        topics=tuple(finding.topic for finding in findings),
        headline=headline,
        short_headline=name(title, LONGEST_SUBJECT_HEADLINE),
        link=web_link(article.url),
        source=name(source.name) or source.slug,
        what=_what(article, source),
        author=name(article.author, 60) or None if article.author else None,
        language=language_name(article.language),
        said=f"{said} {published}" if published else "no date given",
        seen=f"seen {moments.at(article.appeared.by)}",
        late=any(finding.late for finding in findings),
        quotes=_quotes(findings),
        forms={finding.topic: _forms(finding) for finding in findings},
        outlet=source.outlet,
        speaks_for=name(source.speaker, 60) if source.speaker else None,
    )


def items(findings: Iterable[Finding], topics: Sequence[str], moments: Moments) -> tuple[Item, ...]:
    """One item for each article, institutions' own first, then in the order in which they appeared."""
    place = {topic: index for index, topic in enumerate(topics)}
    by_article: dict[int, list[Finding]] = {}
    for finding in findings:
        by_article.setdefault(finding.article.id, []).append(finding)
    groups = [sorted(group, key=lambda f: place[f.topic]) for group in by_article.values()]
    groups.sort(key=lambda g: (not g[0].source.speaker, g[0].article.appeared.by, g[0].article.id))
    return tuple(item(group, moments) for group in groups)


def _what(article: Article, source: Source) -> str:
    """What the source is, and of a clipping that it is one and whose words it holds."""
    if article.brought is not Brought.CLIP:
        return what(source)
    said_by = name(article.said_by, 60) if article.said_by else ""
    of_it = "" if source.kind is Kind.CLIPPED else what(source)
    return ", ".join(filter(None, (of_it, CLIPPED, f"said by {said_by}" if said_by else "")))


def _quotes(findings: Sequence[Finding]) -> tuple[Passage, ...]:
    """The opening sentence and, for each topic, the sentence with its first words that matched."""
    article = findings[0].article
    text = article.text
    evidence = [proof for finding in findings for proof in finding.evidence]
    marked = marks(text, evidence, Field.TEXT)
    first, begins = opening(text, article.title, article.language), after_title(text, article.title)
    spans = [first] if first else []
    for finding in findings:
        own = marks(text, finding.evidence, Field.TEXT)
        # The headline is shown above: what else has the words says more.
        own = tuple(span for span in own if span.start >= begins) or own
        if own and not any(span.start < own[0].end and own[0].start < span.end for span in spans):
            spans.append(sentence_at(text, own[0].start, article.language))
    shown = sorted(spans[:MOST_QUOTES])
    return tuple(passage(text, span, marked, article.language) for span in shown)


def _forms(finding: Finding) -> str:
    forms = dict.fromkeys(plain(proof.form).strip() for proof in finding.evidence)
    shown = [name(form, 60) for form in forms if form]
    return ", ".join(shown[:MOST_FORMS])
