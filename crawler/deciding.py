"""What a response means: pure decisions on what was asked and what came."""

from __future__ import annotations

from datetime import datetime, timedelta

from crawler.outcomes import Fetched
from news.article import Entry
from news.errors import Interstitial, NotSetUp, RobotsDenied, RobotsUnavailable, WirewatchError
from news.source import Source
from news.visit import Outcome
from news.work import ReadTask

# A reader that died this often over one page will die again: the page is parked.
CRASHES = 3
PARKED = f"parked: {CRASHES} readers died over it"
# Waits before the second, third, ... try of a page; later ones repeat the last.
RETRIES = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=2))
# A feed's content counts as the whole article from this many words on, unless it breaks off:
# agencies' summaries run to 60-100 words, their shortest articles with content:encoded to about 150.
WHOLE_WORDS = 150
BREAKS = (
    "...",
    "…",
    "[…]",
    "[...]",
    "»",
    "read more",
    "continue reading",
    "читать далее",
    "devamı",
    "ətraflı",
)

# Asked for a further page of a list, a site says that there is none (WordPress: 400).
BEYOND = (400, 404)
GONE = {404: "not found (404): has the page moved?", 410: "gone (410): the site says it will not come back"}
# What stands in place of a list says this of its source: that we are kept out, that it is no more, or that
# its server is in trouble.
INTERSTITIALS = {
    "parked domain": Outcome.GONE,
    "soft 404": Outcome.FAILED,
    "site down": Outcome.FAILED,
    "default page": Outcome.FAILED,
    "script needed": Outcome.FAILED,
    "too many requests": Outcome.FAILED,
}
BARRED = {
    401: "asks for a login (401)",
    403: "refused us (403)",
    407: "asks for a login (407)",
    451: "barred (451)",
}


def of_status(status: int) -> tuple[Outcome, str] | None:
    """What an HTTP status alone says about a visit; None: the body is to be read."""
    if status == 200:
        return None
    if status == 304:
        return Outcome.UNCHANGED, ""
    if status in BARRED:
        return Outcome.BLOCKED, f"the server {BARRED[status]}"
    if status in GONE:
        return Outcome.GONE if status == 410 else Outcome.FAILED, GONE[status]
    if status == 429:
        return Outcome.FAILED, "the server asks for fewer requests (429)"
    if status >= 500:
        return Outcome.FAILED, f"the server has an error ({status})"
    return Outcome.FAILED, f"an answer that is no page ({status})"


def of_error(error: WirewatchError) -> tuple[Outcome, str]:
    """What an expected error says about a visit: its outcome and the reason in words."""
    if isinstance(error, Interstitial):
        return INTERSTITIALS.get(error.kind, Outcome.BLOCKED), str(error)
    if isinstance(error, NotSetUp):
        return Outcome.SKIPPED, str(error)
    denied = isinstance(error, RobotsDenied) and not isinstance(error, RobotsUnavailable)
    return (Outcome.BLOCKED if denied else Outcome.FAILED), str(error)


def of_list(listed: int, held_before: bool, new: int) -> tuple[Outcome, str | None]:
    """What a list that could be read says: `listed` items in all, `new` of them first seen now."""
    if listed == 0 and held_before:
        return Outcome.BLANK, "it held items before and now gives none"
    return (Outcome.NEW if new else Outcome.UNCHANGED), None


def is_whole(entry: Entry, source: Source, usually: bool | None = None) -> bool:
    """Whether the list itself carries the article, so that its page need not be fetched.

    What the source says of that goes before what its kind of list `usually` does; None: not said.
    """
    if entry.link is None:
        return True
    whole = usually if source.full_content is None else source.full_content
    if whole is not None:
        return whole and bool(entry.content)
    text = (entry.content or "").rstrip().casefold()
    return len(text.split()) >= WHOLE_WORDS and not text.endswith(BREAKS)


def is_final(status: int) -> bool:
    """Whether asking for this page again would be pointless."""
    return status in GONE or status in BARRED


def next_try(task: ReadTask, *, now: datetime, attempts: int, wait: float | None = None) -> datetime | None:
    """When to try the page again; None when its tries are used up. `wait` is the server's wish in seconds."""
    if task.attempts + 1 >= attempts or task.crashes >= CRASHES:
        return None
    return after(task.attempts, now=now, wait=wait)


def after(attempts: int, *, now: datetime, wait: float | None) -> datetime:
    """When to ask again after so many tries before this one; `wait` is the server's wish in seconds."""
    return now + max(RETRIES[min(attempts, len(RETRIES) - 1)], timedelta(seconds=wait or 0))


def not_our_turn(task: ReadTask, reason: str, now: datetime) -> Fetched:
    """No reader or judge was to be had (closing, or none starts): that is not the page's fault."""
    return Fetched(task, None, reason=reason, retry_at=now + RETRIES[0])
