"""How a message is read back: as strictly as a mail program that is fooled by nothing would."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage, Message

import nh3
from lxml import html

from alerts.mime import mime
from news.telling import Message as Told

SENDER = "wirewatch <news@example.org>"
RECIPIENT = "reader@example.com"
MESSAGE_ID = "<0b1c2d3e@example.org>"
SENT = datetime(2022, 12, 13, 4, 0, 20, tzinfo=UTC)
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]

# All the template has. `style` is of our own stylesheet; `href` is judged by its value.
ATTRIBUTES = {
    "html": {"lang"},
    "head": set(),
    "style": set(),
    "meta": {"charset", "name", "content"},
    "title": set(),
    "body": {"style"},
    "div": {"class", "style"},
    "p": {"class", "style", "lang", "dir"},
    "h1": {"style"},
    "h2": {"style"},
    "a": {"href", "style"},
    "b": set(),
    "br": set(),
    "mark": {"style"},
}
STYLE = re.compile(r"[a-z0-9 #:;.,/%'\-]*", re.IGNORECASE)


def sent(message: Told) -> bytes:
    return mime(message, sender=SENDER, recipient=RECIPIENT, message_id=MESSAGE_ID, date=SENT)


def read_mail(raw: bytes, recipient: str = RECIPIENT, message_id: str = MESSAGE_ID) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail that is exactly as it should be."""
    assert raw.isascii()
    assert raw.replace(b"\r\n", b"").count(b"\r") == raw.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    literal: Message = email.message_from_bytes(raw, policy=email.policy.compat32)
    strict = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(strict, EmailMessage)
    assert literal.keys() == strict.keys() == HEADERS
    assert literal["To"] == recipient
    assert literal["From"] == SENDER
    assert literal["Message-ID"] == message_id
    assert [address.addr_spec for address in strict["To"].addresses] == [recipient]
    assert [part.get_content_type() for part in strict.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert not [defect for part in strict.walk() for defect in part.defects]
    bodies = []
    for part in literal.get_payload():
        assert isinstance(part, Message)
        assert part.keys() == ["Content-Type", "Content-Transfer-Encoding"]
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        bodies.append(payload.decode("utf-8").replace("\r\n", "\n"))
    unfolded = re.sub(r"\r\n(?=[ \t])", "", literal["Subject"])
    return str(make_header(decode_header(unfolded))), bodies[0], bodies[1]


def check_html(document: str, links: set[str] | None = None) -> html.HtmlElement:
    """The document, after a look that two parsers find in it what the template has, and nothing else."""
    root = html.document_fromstring(document)
    for element in root.iter():
        assert isinstance(element.tag, str), f"{element!r} is no element"
        assert element.tag in ATTRIBUTES, element.tag
        assert set(element.attrib) <= ATTRIBUTES[element.tag], (element.tag, element.attrib)
        assert STYLE.fullmatch(element.get("style", "")), element.get("style")
        assert element.get("dir", "ltr") in ("ltr", "rtl")
        if "href" in element.attrib:
            assert re.fullmatch(r"https?://[!-~]+", element.get("href", "")), element.get("href")
            assert links is None or element.get("href") in links
    cleaned = nh3.clean(
        document,
        tags=set(ATTRIBUTES) - {"style"},
        clean_content_tags={"style"},
        attributes={tag: names for tag, names in ATTRIBUTES.items() if names},
        link_rel=None,
        generic_attribute_prefixes=None,
    )
    kept = html.document_fromstring(cleaned)
    for tag in ("div", "p", "a", "b", "mark", "h1", "h2"):
        assert _count(kept)[tag] == _count(root)[tag], tag
    return root


def words_of(root: html.HtmlElement) -> str:
    """What a reader sees."""
    body = root.find("body")
    assert body is not None
    return " ".join("".join(body.itertext()).split())


def _count(root: html.HtmlElement) -> Counter[str]:
    return Counter(str(element.tag) for element in root.iter())
