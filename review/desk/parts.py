"""What the root hands the desk: the rooms it works with, the clock, and how it shows things."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from crawler.judging import TopicJudge
from crawler.parts import Interface
from egress.door import Door
from news.names import Name
from storage.database import Database
from workers.readers import Readers

# What a probe is answered: an HTTP status, a media type, a body.
Answer = Callable[[], Awaitable[tuple[int, str, bytes]]]


@dataclass(frozen=True, slots=True)
class Desk:
    """`clock` gives aware UTC. `judge` is the process that matches: it is never done in the desk's own,
    whose memory and loop the service shares. `changed` is to be called after a commit that the service may
    have to act on. `base_url` has no slash at its end; links are built from it, never from a request.
    `zone` (IANA) is the one times are shown in to whoever chose none; `languages` are those that are read
    (ISO 639-1). `per_hour` and `channel` are of `alerts`: the cap of instant alerts, and the channel of a
    subscription that names none. `names` reads the gazetteer, from a file: call it in a thread; it raises
    CatalogueError. `agent` is who asks where something is fetched, `x` how X is; `patience` is how many
    seconds somebody is let wait for it: browsers and proxies give up after a minute. `probes` are /healthz,
    /readyz and /metrics by path.
    """

    database: Database
    judge: TopicJudge
    readers: Readers
    door: Callable[[], Door]
    clock: Callable[[], datetime]
    base_url: str
    zone: str
    languages: tuple[str, ...]
    per_hour: int
    channel: str
    agent: str
    x: Interface
    patience: float = 30.0
    changed: Callable[[], object] = lambda: None
    names: Callable[[], Sequence[Name]] = tuple
    probes: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def secure(self) -> bool:
        """Whether the desk is reached by TLS: cookies go no other way then."""
        return self.base_url.startswith("https://")


def desk_of(request: Request) -> Desk:
    """The desk that answers this request."""
    found = request.app.state.desk
    assert isinstance(found, Desk)
    return found


DeskParts = Annotated[Desk, Depends(desk_of)]
