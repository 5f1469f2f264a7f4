"""How a source is doing, in one word, and in a sentence with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from statistics import median
from types import MappingProxyType

from news.source import Source, Tier
from news.trace import Trace
from news.visit import Health, History, Outcome, State, Visit

TROUBLE = {
    Outcome.FAILED: (
        State.FAILING,
        "cannot be had",
        "If the address opens in a browser, look for a newer one",
    ),
    Outcome.BLOCKED: (
        State.BLOCKED,
        "refuses us",
        "Ask its owner, or look for another way in (a feed, another address)",
    ),
    Outcome.BLANK: (
        State.BLANK,
        "gives no items although it used to",
        "Open it and look: its layout or address may have changed",
    ),
    Outcome.GONE: (
        State.GONE,
        "is not there any more",
        "Look for where its owner publishes now",
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
        return Health(State.FINE, None, "not visited yet")
    if last.outcome is Outcome.SKIPPED:
        return Health(
            State.WAITING, None, last.reason or "something is to be set up before it can be visited"
        )
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
    times = "1 visit" if history.failures <= 1 else f"{history.failures} visits in a row"
    good = (
        f"last good visit {_lasting(now - history.last_good)} ago"
        if history.last_good
        else "never a good visit"
    )
    why = f": {last.reason.rstrip('.')}" if last.reason else ""
    lasting = LASTING_MUST_HAVE if source.tier is Tier.MUST_HAVE else LASTING
    # Between two visits nobody knows: a restart is over before the next. So visits, too, are to lie apart.
    apart = last.at - since >= LASTING_MUST_HAVE
    sure = history.failures >= FAILURES and apart and now - since >= lasting
    return Health(
        state,
        since,
        f"{what} (for {_lasting(now - since)}; {times}; {good}){why}. {remedy}: {source.url}",
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
    said = f"its latest {len(latest)} articles have {max(latest)} characters at most, usual are {usual:.0f}"
    remedy = "Open one and look: their layout may have changed, or they may be for subscribers"
    return Health(
        State.BLANK, history.trace.arrival, f"{said}. {remedy}: {source.url}", True, _usual(history)
    )


def _flooding(source: Source, history: History, now: datetime) -> Health | None:
    trace = history.trace
    busiest = history.rhythm.busiest if history.rhythm else 0
    most = max(FLOOD_LEAST, FLOOD_TIMES * busiest) if busiest else FLOOD
    age = int(now.timestamp()) // 86400 - trace.day
    items = max(trace.today, trace.yesterday) if age == 0 else trace.today if age == 1 else 0
    if items <= most:
        return None
    what = f"{items:,} new items in a day" + (f", on its busiest there were {busiest:,}" if busiest else "")
    remedy = "Open it and look: its list may be a whole archive, or name each item anew at every visit"
    return Health(State.FLOODING, trace.arrival, f"{what}. {remedy}: {source.url}", True, _usual(history))


def _clock(source: Source, trace: Trace) -> Health | None:
    """Its latest items are dated in the future, or all dated back by the same while."""
    if trace.ahead >= AHEAD_ARRIVALS:
        what = f"its items are dated {_lasting(timedelta(seconds=trace.lead))} in the future"
    elif trace.back >= BACK_ARRIVALS and trace.back_least >= BACK:
        what = f"its items are dated {_lasting(timedelta(seconds=trace.back_least))} before they appear"
    else:
        return None
    remedy = f"If its dates name no zone, set `zone` (now {source.zone}); else tell its owner"
    return Health(State.CLOCK, trace.arrival, f"{what}. {remedy}: {source.url}")


def _quiet(
    source: Source, history: History, last: Visit, now: datetime, calm: Mapping[date, float]
) -> Health | None:
    """Nothing new beyond chance: stale where its list goes on being written, silent where it does not."""
    trace, now = history.trace, now if now - last.at <= UNHEARD else last.at
    if trace.old >= OLD_ARRIVALS:
        what = "what it lists as new is more than a month old"
        return Health(State.STALE, trace.arrival, f"{what}. {_look(source)}", True, _usual(history))
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
        hint = f"its hint is {_lasting(timedelta(hours=source.silence))}"
    lack = "new item for" if latest else "item since it was added,"
    lacking = f"no {lack} {_lasting(now - since)}; {hint}"
    if trace.anew >= ANEW and trace.rewrites < SELDOM:
        what = f"the same items for ever, although its list is written anew: {lacking}"
        return Health(State.STALE, since, f"{what}. {_look(source)}", True, _usual(history))
    raised = "" if rhythm else "; if it is merely slow, raise `silence`"
    return Health(State.SILENT, since, f"{lacking}. {_look(source)}{raised}.", True, _usual(history))


def _slow(source: Source, trace: Trace, now: datetime) -> Health | None:
    if trace.slow < SLOW_VISITS:
        return None
    since = datetime.fromtimestamp(trace.slow_since, UTC)
    what = f"takes long to answer, {trace.slow} visits in a row; usual are {trace.seconds:.1f} s"
    remedy = "It is visited all the same; if that lasts, look for another way in"
    return Health(State.SLOW, since, f"{what}. {remedy}: {source.url}", now - since >= SLOW_FOR)


def _fine(history: History, now: datetime) -> Health:
    latest = _latest(history)
    said = f"last new item {_lasting(now - latest)} ago" if latest else "no item yet"
    return Health(State.FINE, None, said, True, _usual(history))


def _latest(history: History) -> datetime | None:
    return max(filter(None, (history.trace.arrival, *history.arrivals[:1])), default=None)


def _usual(history: History) -> str:
    return history.rhythm.in_words() if history.rhythm else ""


def _look(source: Source) -> str:
    return f"Open {source.url} and look"


def _lasting(span: timedelta) -> str:
    """A span in words, in the largest unit of which it has two: 47 hours, 2 days."""
    seconds = max(span.total_seconds(), 0.0)
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}s"
    return f"{seconds:.0f} seconds"
