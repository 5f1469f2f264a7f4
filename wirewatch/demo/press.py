"""The press of the demonstration: what is published so far, and what each address answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wirewatch.demo import pages
from wirewatch.demo.outlet import Form, Outlet, Stage, Text, Trouble
from wirewatch.demo.pdf import pdf
from wirewatch.demo.web import Reply

XML = "application/xml; charset=utf-8"
HTML = "text/html; charset=utf-8"
WAIT = 3600  # seconds that the busy one asks for
DOORS: Mapping[Form, tuple[str, Callable[[Outlet, Sequence[Text], str], str]]] = {
    Form.RSS: (XML, pages.rss),
    Form.BROKEN: (XML, pages.broken),
    Form.ATOM: (XML, pages.atom),
    Form.JSON: ("application/feed+json", pages.json_feed),
    Form.LIST: (HTML, pages.listing),
    Form.CHANNEL: (HTML, pages.channel),
}


@dataclass(frozen=True)
class Publication:
    """A text that is published, or (`edit`) whose later version takes its place."""

    outlet: Outlet
    text: Text
    edit: bool = False


class Press:
    """All outlets behind one port. `known` are the paths (`host/path`) that stand there from the start,
    `edited` those that stand in their later version; `forbidden` is where the bad redirect leads."""

    def __init__(
        self, outlets: Sequence[Outlet], *, known: Collection[str], edited: Collection[str], forbidden: int
    ) -> None:
        self.port = 0
        self._outlets = {outlet.host: outlet for outlet in outlets}
        self._forbidden = forbidden
        self._there = {
            (outlet.host, text.path): (text.edited if outlet.place(text) in edited else None) or text
            for outlet in outlets
            for text in outlet.texts
            if text.stage is Stage.BEFORE or outlet.place(text) in known
        }

    def waiting(self, stage: Stage) -> Iterator[Publication]:
        """What is still to be published of a stage, the oldest first; edits belong to the later ones."""
        found = [
            Publication(outlet, text)
            for outlet in self._outlets.values()
            for text in outlet.texts
            if text.stage is stage and (outlet.host, text.path) not in self._there
        ]
        yield from sorted(found, key=lambda each: (each.text.at.isoformat(), each.outlet.slug))

    def edits(self) -> Iterator[Publication]:
        """Statements whose later version is not there yet."""
        for outlet in self._outlets.values():
            for text in outlet.texts:
                if text.edited and self._there.get((outlet.host, text.path)) is not text.edited:
                    yield Publication(outlet, text.edited, edit=True)

    def publish(self, publication: Publication) -> None:
        self._there[publication.outlet.host, publication.text.path] = publication.text

    def answer(self, host: str, path: str, conditional: bool = False) -> Reply:
        """What is at that address now; `conditional`: it is asked whether that has changed."""
        outlet = self._outlets.get(host)
        if outlet is None:
            return Reply(404, HTML, b"no such host here")
        if path == "/robots.txt":
            return Reply(200, "text/plain", b"User-agent: *\nAllow: /\n")
        if path == outlet.door and outlet.falters and conditional:
            return Reply(500, HTML, b"out of order")
        if path == outlet.door:
            return self._door(outlet)
        if path == "/":
            return Reply(200, HTML, pages.home(outlet, DOORS.get(outlet.form, (HTML,))[0]).encode())
        text = self._there.get((host, path))
        return Reply(404, HTML, b"nothing here") if text is None else self._page(outlet, text)

    def _door(self, outlet: Outlet) -> Reply:
        if outlet.form is Form.BUSY:
            return Reply(503, HTML, b"busy", headers={"Retry-After": str(WAIT)})
        if outlet.form is Form.CONSENT:
            return Reply(200, HTML, pages.consent(outlet).encode())
        there = [text for (host, _), text in self._there.items() if host == outlet.host]
        newest_first = sorted(there, key=lambda text: text.at.isoformat(), reverse=True)
        kind, write = DOORS[outlet.form]
        return Reply(200, kind, write(outlet, newest_first, f"http://{outlet.host}:{self.port}").encode())

    def _page(self, outlet: Outlet, text: Text) -> Reply:
        if text.trouble is Trouble.REDIRECT:
            inside = f"http://{outlet.host}:{self._forbidden}/inside"
            return Reply(302, HTML, b"", headers={"Location": inside})
        if text.trouble is Trouble.RUNS:
            return Reply(200, HTML, pages.RUNS_ON.encode())
        if text.pdf:
            return Reply(200, "application/pdf", pdf(text.title, text.paragraphs))
        page = pages.article(outlet, text).encode()
        return Reply(200, HTML, page, seconds=60.0 if text.trouble is Trouble.DRIPS else 0.0)
