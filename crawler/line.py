"""What was asked for and is not yet under way, as the engine takes it."""

from __future__ import annotations

from collections import deque

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler


class Line(BaseScheduler):
    """Scrapy's scheduler without what we do not use: no queues by priority and host, no filter of duplicates.

    The dispatcher hands out what is to be asked, one request a host and none
    twice, so this line is seldom longer than one. What the database holds
    is due again after a crash: nothing is kept on disk.
    """

    def __init__(self) -> None:
        self._requests: deque[Request] = deque()

    def has_pending_requests(self) -> bool:
        return bool(self._requests)

    def enqueue_request(self, request: Request) -> bool:
        self._requests.append(request)
        return True

    def next_request(self) -> Request | None:
        return self._requests.popleft() if self._requests else None
