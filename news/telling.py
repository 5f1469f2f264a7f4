"""What is told, to whom and when: subscriptions, digests and alerts, messages, deliveries.

All datetimes are aware UTC, but for `Schedule.at`, which is a local time of
day in the subscription's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from news.article import Article
from news.source import Source
from news.visit import Health
from news.watch import Evidence


class Mode(StrEnum):
    """`health`: what the operator is told of sources, on nobody's asking; never listed."""

    INSTANT = "instant"
    DIGEST = "digest"
    HEALTH = "health"


class Rhythm(StrEnum):
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a digest is due: at local time `at`, every day, Monday to Friday, or on `weekday` (0: Monday)."""

    rhythm: Rhythm
    at: time
    weekday: int = 0


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told of which topics, through which channel, at once or by digest.

    `schedule` is None for instant ones. It tells of what is judged from
    `starts_at` on; `told_until` is the end of its last digest's window (of an
    instant one: when nothing was last seen to be left untold).
    `when_empty`: a digest comes even where there is nothing to tell.
    """

    id: int
    recipient: str
    channel: str
    mode: Mode
    topics: tuple[str, ...]
    zone: str
    schedule: Schedule | None
    when_empty: bool
    added: datetime
    starts_at: datetime
    told_until: datetime | None = None
    paused: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """A subscription with what it listens to: of each topic, what is judged from `since` on."""

    subscription: Subscription
    since: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic in an article, by the latest match that may be told: of `revision`, judged at `judged_at`."""

    topic: str
    article: int
    revision: int
    version: int
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The span one digest covers, as a label: after `after`, up to `until`.

    `slot` names the local day ("2022-12-13") or ISO week ("2022-W50") there is
    exactly one digest for; `due` is when it was due; `missed` counts the
    digests before it that were due and never made (downtime), which it covers.
    """

    slot: str
    due: datetime
    after: datetime
    until: datetime
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One article as it is told under one topic.

    `source` is where it was seen first, `evidence` lies in the article's title
    and text (of `article.revision`). `late`: announced before the digest's
    window began, judged within it.
    """

    topic: str
    topic_name: str
    article: Article
    source: Source
    evidence: tuple[Evidence, ...]
    late: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that is not fine, and how."""

    source: Source
    health: Health


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at: how many enabled sources there are, and those among them that are not fine.

    `troubles` are must-have sources first, then by slug. Every other source
    was read. `waiting` cannot be visited before something is set up: they are
    counted nowhere else. `delivering` are the outlets of which at least one way
    in gives what there is.
    """

    sources: int
    troubles: tuple[Trouble, ...] = ()
    waiting: tuple[Source, ...] = ()
    delivering: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed with the sources, for their operator: those that broke, and those that recovered with
    the state they were in and since when; `sources` are all that are visited."""

    zone: str
    at: datetime
    sources: int
    broke: tuple[Trouble, ...]
    recovered: tuple[tuple[Source, str, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True)
class WeekReport:
    """How all sources are doing, once a week."""

    zone: str
    at: datetime
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Digest:
    """All that one digest says. `topics` are (slug, name), in the subscription's order; findings by topic."""

    window: Window
    zone: str
    schedule: Schedule
    topics: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Alert:
    """One article told at once: a finding for each of the subscription's topics it matches."""

    zone: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Overflow:
    """What an hour brought above the cap of instant alerts, named in one message.

    The hour began at `after`; `cap` alerts were sent in it.
    """

    zone: str
    after: datetime
    cap: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """Rendered words, the same for all who are told the same; `text` and `html` are each complete."""

    subject: str
    text: str
    html: str


class Told(StrEnum):
    """What kind of message a delivery carries."""

    ALERT = "alert"
    OVERFLOW = "overflow"
    DIGEST = "digest"
    HEALTH = "health"


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one recipient through one channel, and how its attempts went.

    `answer` is what the server or the network last said, in words.
    """

    id: int
    subscription: int
    kind: Told
    digest: int | None
    recipient: str
    channel: str
    message_id: str
    state: DeliveryState
    planned_at: datetime
    next_try_at: datetime | None
    attempts: int
    crashes: int
    sent_at: datetime | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class Mailing:
    """A delivery with what it is about: its subject and, of a digest, the local day or week it is for and how
    many articles it tells of. `kept`: its words are still there."""

    delivery: Delivery
    subject: str
    slot: str | None
    articles: int | None
    kept: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery as it is planned: to whom, and the ids of the kept body and, of a digest, its own."""

    subscription: Subscription
    kind: Told
    body: int
    digest: int | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed delivery with what it carries: one try. `attempts` counts this one."""

    delivery: int
    kind: Told
    recipient: str
    channel: str
    message_id: str
    planned_at: datetime
    first_try_at: datetime
    attempts: int
    message: Message
