"""Lines of a list as a visitor reads them: every word ready to show, but for HTML's escaping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts.composing.passages import Passage, passage
from alerts.composing.plain import name, plain
from news.article import Article, Brought, Interval
from news.judging import Says
from news.sentences import Span
from news.source import Source
from review.desk import sayings
from review.desk.rendering import Times
from review.desk.sayings import Words
from storage.lines import Line, Topical

LONGEST_HEADLINE = 240
MOST_FORMS = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """A line. `said` and `seen` are words beside the day it stands under; `says` are the verdicts that stand
    for all of its topics that are looked at."""

    article: int
    headline: Passage
    source: str
    slug: str
    what: str
    language: str
    author: str | None
    said: str
    seen: str
    quote: Passage | None
    topics: tuple[Topical, ...]
    says: Says | None
    read: bool
    starred: bool
    notes: int
    tags: tuple[str, ...]
    assignee: str | None
    day: date


@dataclass(frozen=True, slots=True)
class Teller:
    """Makes lines for a visitor: `times` in their zone, `tag` and `words` of their language, `now` UTC."""

    times: Times
    tag: str
    words: Words
    now: datetime

    def line(self, line: Line, looked_at: Sequence[str] = ()) -> Shown:
        """A line; `looked_at` are the topics it is sifted by, if any."""
        article, source = line.article, line.source
        day = self.times.local(article.appeared.by).date()
        given = {each.verdict for each in line.topics if not looked_at or each.topic in looked_at}
        quote = None
        if line.quote is not None:
            whole = Span(0, len(line.quote.text))
            quote = passage(line.quote.text, whole, line.quote.marks, article.language)
        return Shown(
            article=article.id,
            headline=self.headline(article, line.headline),
            source=name(source.name) or source.slug,
            slug=source.slug,
            what=self.what(article, source),
            language=sayings.language(article.language, self.tag, self.words),
            author=name(article.author, 60) if article.author else None,
            said=self.said(article, source, day),
            seen=self.seen(article.appeared, day),
            quote=quote,
            topics=line.topics,
            says=given.pop() if len(given) == 1 else None,
            read=line.own.read_at is not None,
            starred=line.own.starred_at is not None,
            notes=line.notes,
            tags=line.tags,
            assignee=line.assignee,
            day=day,
        )

    def headline(self, article: Article, marked: Sequence[Span] = ()) -> Passage:
        """The title with its marks; of one without a title its address."""
        _ = self.words
        title = article.title if article.title.strip() else (article.url or _("(no title)"))
        shown = marked if title == article.title else ()
        return passage(title, Span(0, len(title)), shown, article.language, LONGEST_HEADLINE)

    def what(self, article: Article, source: Source) -> str:
        """What the source is; of a clipping whose words it holds."""
        said_by, _ = "", self.words
        if article.brought is Brought.CLIP and article.said_by:
            said_by = _("said by %(name)s") % {"name": name(article.said_by, 60)}
        return ", ".join(filter(None, (sayings.what(source, self.tag, self.words), said_by)))

    def said(self, article: Article, source: Source, beside: date) -> str:
        """When it was said, as precisely as it says so, seen from a day."""
        published, _ = article.published, self.words
        if published is None:
            return _("no date given")
        verb = _("said") if source.speaker else _("published")
        if published.at is not None:
            return f"{verb} {self.times.brief(published.at, beside)}"
        return f"{verb} {self.times.day(published.day)} ({_('no hour given')})"

    def appeared(self, appeared: Interval) -> str:
        """The same in full, with what is known of the time before."""
        by, _ = self.times.at(appeared.by), self.words
        if appeared.after is None:
            return _("seen %(by)s, at the first visit") % {"by": by}
        after = self.times.at(appeared.after)
        if after == by:
            return _("seen %(by)s") % {"by": by}
        return _("not there %(after)s, seen %(by)s") % {"after": after, "by": by}

    def seen(self, appeared: Interval, beside: date) -> str:
        """When it appeared: between two visits where that is known, else by when, seen from a day."""
        by, _ = self.times.brief(appeared.by, beside), self.words
        if appeared.after is None or self.times.local(appeared.after).date() != beside:
            return _("seen %(hour)s") % {"hour": by}
        after = self.times.hour(appeared.after)
        return _("seen %(hour)s") % {"hour": by if after == by else f"{after}–{by}"}


def forms(topical: Topical) -> str:
    """The words that matched under a topic."""
    shown = [name(plain(form).strip(), 60) for form in topical.forms]
    return ", ".join(list(dict.fromkeys(filter(None, shown)))[:MOST_FORMS])
