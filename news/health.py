"""How a source is doing, in one word, and in a sentence with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from statistics import median
from types import MappingProxyType

from news.phrases import Phrase
from news.source import Source, Tier
from news.trace import Trace
from news.visit import Health, History, Outcome, State, Visit

TROUBLE = {
    Outcome.FAILED: (
        State.FAILING,
        Phrase("cannot be had"),
        Phrase("If the address opens in a browser, look for a newer one"),
    ),
    Outcome.BLOCKED: (
        State.BLOCKED,
        Phrase("refuses us"),
        Phrase("Ask its owner, or look for another way in (a feed, another address)"),
    ),
    Outcome.BLANK: (
        State.BLANK,
        Phrase("gives no items although it used to"),
        Phrase("Open it and look: its layout or address may have changed"),
    ),
    Outcome.GONE: (
        State.GONE,
        Phrase("is not there any more"),
        Phrase("Look for where its owner publishes now"),
    ),
}
CALM: Mapping[date, float] = MappingProxyType({})
# Told once this many visits in a row failed over this long: servers are restarted, lists are rebuilt.
FAILURES = 3
LASTING = timedelta(hours=4)
LASTING_MUST_HAVE = timedelta(hours=2)
# 410 and a parked domain are said on purpose: twice is enough.
GONE_TWICE = 2
SLOW_VISITS = 4
SLOW_FOR = timedelta(hours=2)
# Without a known rhythm only so much in a day is a flood; with one, so many times the busiest day.
FLOOD, FLOOD_TIMES, FLOOD_LEAST = 1000, 4, 60
# Arrivals in a row dated in the future, or all behind by the same: by more than any page takes to appear.
AHEAD_ARRIVALS = 3
BACK_ARRIVALS, BACK = 8, 45 * 60
OLD_ARRIVALS = 3
# The latest texts against what is usual: so few characters, and so small a part of the median.
SHORT_TEXTS, SHORT, SHORT_PART, USUAL_TEXT = 6, 300, 0.2, 400
# A source that was not visited for so long is not silent: nobody listened, as after a time of standing still.
UNHEARD = timedelta(hours=12)
# A list written anew so many visits in a row, at a source that seldom does so, holds the same items for ever.
ANEW, SELDOM = 8, 0.5


def health(source: Source, history: History, now: datetime, calm: Mapping[date, float] = CALM) -> Health:
    """The state of `source` at `now` (UTC), since when, and the reason in words.

    Trouble of the latest visit goes first, then what its texts, the number and the dates of its items say,
    then its quiet: against its rhythm, or without one against its `silence`, in hours. `calm` says of days
    (UTC) how much of the usual its circle published, see `news.rhythm.Rhythm.expected`.
    """
    last = history.last
    if last is None:
        return Health(State.FINE, None, Phrase("not visited yet"))
    if last.outcome is Outcome.SKIPPED:
        to_do = Phrase("something is to be set up before it can be visited")
        return Health(State.WAITING, None, last.reason or to_do)
    if last.outcome in TROUBLE:
        return _in_trouble(source, history, last, now)
    return (
        _shortened(source, history)
        or _flooding(source, history, now)
        or _clock(source, history.trace)
        or _quiet(source, history, last, now, calm)
        or _slow(source, history.trace, now)
        or _fine(history, now)
    )


def _in_trouble(source: Source, history: History, last: Visit, now: datetime) -> Health:
    state, what, remedy = TROUBLE[last.outcome]
    since = history.failing_since or last.at
    times = Phrase.several("{number} visit", "{number} visits in a row", max(history.failures, 1))
    good = Phrase("never a good visit")
    if history.last_good:
        good = Phrase("last good visit {span} ago", span=_lasting(now - history.last_good))
    why = f": {last.reason.rstrip('.')}" if last.reason else ""
    said = Phrase(
        "{what} (for {span}; {times}; {good}){why}",
        **{"what": what, "span": _lasting(now - since), "times": times, "good": good, "why": why},
    )
    lasting = LASTING_MUST_HAVE if source.tier is Tier.MUST_HAVE else LASTING
    # Between two visits nobody knows: a restart is over before the next. So visits, too, are to lie apart.
    apart = last.at - since >= LASTING_MUST_HAVE
    sure = history.failures >= FAILURES and apart and now - since >= lasting
    return Health(
        state,
        since,
        _with(said, remedy, source),
        sure or (state is State.GONE and history.failures >= GONE_TWICE),
        _usual(history),
    )


def _shortened(source: Source, history: History) -> Health | None:
    """Its latest texts are all far shorter than usual, or could not be had at all."""
    latest, before = history.lengths[-SHORT_TEXTS:], history.lengths[:-SHORT_TEXTS]
    if len(before) < 2 * SHORT_TEXTS:
        return None
    usual = median(before)
    if usual < USUAL_TEXT or max(latest) >= min(SHORT, SHORT_PART * usual):
        return None
    said = Phrase(
        "its latest {articles} articles have {most} characters at most, usual are {usual:.0f}",
        **{"articles": len(latest), "most": max(latest), "usual": usual},
    )
    remedy = Phrase("Open one and look: their layout may have changed, or they may be for subscribers")
    return Health(State.BLANK, history.trace.arrival, _with(said, remedy, source), True, _usual(history))


def _flooding(source: Source, history: History, now: datetime) -> Health | None:
    trace = history.trace
    busiest = history.rhythm.busiest if history.rhythm else 0
    most = max(FLOOD_LEAST, FLOOD_TIMES * busiest) if busiest else FLOOD
    age = int(now.timestamp()) // 86400 - trace.day
    items = max(trace.today, trace.yesterday) if age == 0 else trace.today if age == 1 else 0
    if items <= most:
        return None
    what = Phrase("{items:,} new items in a day", items=items)
    if busiest:
        what = Phrase("{what}, on its busiest there were {busiest:,}", what=what, busiest=busiest)
    remedy = Phrase(
        "Open it and look: its list may be a whole archive, or name each item anew at every visit"
    )
    return Health(State.FLOODING, trace.arrival, _with(what, remedy, source), True, _usual(history))


def _clock(source: Source, trace: Trace) -> Health | None:
    """Its latest items are dated in the future, or all dated back by the same while."""
    if trace.ahead >= AHEAD_ARRIVALS:
        ahead = _lasting(timedelta(seconds=trace.lead))
        what = Phrase("its items are dated {span} in the future", span=ahead)
    elif trace.back >= BACK_ARRIVALS and trace.back_least >= BACK:
        behind = _lasting(timedelta(seconds=trace.back_least))
        what = Phrase("its items are dated {span} before they appear", span=behind)
    else:
        return None
    remedy = Phrase(
        "If its dates name no zone, set `zone` (now {zone}); else tell its owner", zone=source.zone
    )
    return Health(State.CLOCK, trace.arrival, _with(what, remedy, source))


def _quiet(
    source: Source, history: History, last: Visit, now: datetime, calm: Mapping[date, float]
) -> Health | None:
    """Nothing new beyond chance: stale where its list goes on being written, silent where it does not."""
    trace, now = history.trace, now if now - last.at <= UNHEARD else last.at
    if trace.old >= OLD_ARRIVALS:
        what = Phrase("what it lists as new is more than a month old")
        return Health(State.STALE, trace.arrival, _to_look_at(what, source), True, _usual(history))
    latest = _latest(history)
    since = latest or history.added or last.at
    rhythm = history.rhythm
    if rhythm is not None and latest is not None:
        if rhythm.expected(latest, now, source.zone, calm) <= rhythm.limit:
            return None
        hint = rhythm.in_words()
    else:
        if now - since <= timedelta(hours=source.silence):
            return None
        hint = Phrase("its hint is {span}", span=_lasting(timedelta(hours=source.silence)))
    lacking = _lacking(latest is not None, now - since, hint)
    if trace.anew >= ANEW and trace.rewrites < SELDOM:
        what = Phrase("the same items for ever, although its list is written anew: {lack}", lack=lacking)
        return Health(State.STALE, since, _to_look_at(what, source), True, _usual(history))
    if rhythm:
        said = Phrase("{what}. Open {url} and look.", what=lacking, url=source.url)
    else:
        said = Phrase(
            "{what}. Open {url} and look; if it is merely slow, raise `silence`.",
            **{"what": lacking, "url": source.url},
        )
    return Health(State.SILENT, since, said, True, _usual(history))


def _slow(source: Source, trace: Trace, now: datetime) -> Health | None:
    if trace.slow < SLOW_VISITS:
        return None
    since = datetime.fromtimestamp(trace.slow_since, UTC)
    what = Phrase(
        "takes long to answer, {visits} visits in a row; usual are {seconds:.1f} s",
        **{"visits": trace.slow, "seconds": trace.seconds},
    )
    remedy = Phrase("It is visited all the same; if that lasts, look for another way in")
    return Health(State.SLOW, since, _with(what, remedy, source), now - since >= SLOW_FOR)


def _fine(history: History, now: datetime) -> Health:
    latest = _latest(history)
    said = Phrase("no item yet")
    if latest:
        said = Phrase("last new item {span} ago", span=_lasting(now - latest))
    return Health(State.FINE, None, said, True, _usual(history))


def _latest(history: History) -> datetime | None:
    return max(filter(None, (history.trace.arrival, *history.arrivals[:1])), default=None)


def _usual(history: History) -> str:
    return history.rhythm.in_words() if history.rhythm else ""


def _lacking(had_some: bool, span: timedelta, hint: str) -> Phrase:
    facts = {"span": _lasting(span), "hint": hint}
    if had_some:
        return Phrase("no new item for {span}; {hint}", **facts)
    return Phrase("no item since it was added, {span}; {hint}", **facts)


def _with(what: Phrase, remedy: Phrase, source: Source) -> Phrase:
    return Phrase("{what}. {remedy}: {url}", what=what, remedy=remedy, url=source.url)


def _to_look_at(what: Phrase, source: Source) -> Phrase:
    return Phrase("{what}. Open {url} and look", what=what, url=source.url)


def _lasting(span: timedelta) -> Phrase:
    """A span in words, in the largest unit of which it has two: 47 hours, 2 days."""
    seconds = int(max(span.total_seconds(), 0.0))
    if seconds >= 2 * 86400:
        return Phrase.several("{number} day", "{number} days", seconds // 86400)
    if seconds >= 2 * 3600:
        return Phrase.several("{number} hour", "{number} hours", seconds // 3600)
    if seconds >= 2 * 60:
        return Phrase.several("{number} minute", "{number} minutes", seconds // 60)
    return Phrase.several("{number} second", "{number} seconds", seconds)
