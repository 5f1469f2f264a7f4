"""From a page to a message, cut to a size by showing less of the articles that come last."""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Callable, Mapping, Sequence
from quopri import encodestring

from alerts.composing.columns import as_text, entry_lines
from alerts.composing.fitting import Cost, granted
from alerts.composing.hypertext import as_html, entry_html
from alerts.composing.items import Item
from alerts.composing.page import Entry, Form, Page
from alerts.composing.plain import left_to_right
from alerts.mime import weight
from news.telling import Message

# Gmail shows the first 102 kB of a message and hides the rest behind a link.
LIMIT = 102_000
LEAST = 250  # bytes: no article is named in less, so more than LIMIT / LEAST of them need not be weighed
_NUMBER = 9999

Build = Callable[[Mapping[int, Form]], Page]


def rendered(page: Page) -> Message:
    """The message `page` is."""
    return Message(subject=left_to_right(page.subject), text=as_text(page), html=as_html(page))


def fitted(build: Build, order: Sequence[Item], *, limit: int = LIMIT, most: Form = Form.FULL) -> Message:
    """The message of the page that `build` makes, below `limit` bytes as a mail.

    `build` is given how much to show of which article (by id); `order` is the
    order in which articles get room, `most` how much of one may be shown at all.
    """
    frame = weight(rendered(build({})))
    weighed = order[: limit // LEAST]
    costs = _costs(weighed, most)
    room = float(limit - frame)
    while room > 0:
        forms = granted(weighed, costs, room)
        shown = forms if most is Form.FULL else dict.fromkeys(forms, most)
        message = rendered(build(shown))
        excess = weight(message) - limit
        if excess <= 0:
            return message
        room -= max(excess, limit / 50)
    return rendered(build({}))


def _costs(items: Sequence[Item], most: Form) -> dict[int, Cost]:
    """What each item takes in the encoded mail, by the id of its article."""
    full = [_written(item, most) for item in items]
    brief = full if most is Form.BRIEF else [_written(item, Form.BRIEF) for item in items]
    rate = _encoding("".join(text + html for text, html in full[:50]))
    return {
        item.article: Cost(rate * _bytes(in_full), rate * _bytes(in_brief))
        for item, in_full, in_brief in zip(items, full, brief, strict=True)
    }


def _written(item: Item, form: Form) -> tuple[str, str]:
    """One item as text and as HTML, with the lines that refer to it under its other topics."""
    entries = [Entry(item, form, _NUMBER)]
    entries += [Entry(item, Form.AGAIN, _NUMBER, item.forms[topic]) for topic in item.topics[1:]]
    text = "".join("\r\n".join(["", *entry_lines(entry), ""]) for entry in entries)
    return text, "".join(entry_html(entry, bool(item.speaks_for)) + "\n" for entry in entries)


def _bytes(written: tuple[str, str]) -> int:
    return sum(len(form.encode("utf-8")) for form in written)


def _encoding(sample: str) -> float:
    """Bytes in the mail for one byte of such text: 1.37 in base64, less where it is mostly ASCII."""
    raw = sample.encode("utf-8").replace(b"\n", b"\r\n")
    if not raw:
        return 1.0
    return min(len(encodestring(raw)), len(encodebytes(raw)) * 78 / 77) / len(raw)
