"""A mail as its reader has it: when it came, what it tells of, what it says of itself."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime

from alerts.composing.page import LATE
from tests.alerts.reading import check_html, read_mail, words_of
from tests.mailroom import Letter

OF_A_DAY = re.compile(r"Digest of \w+, (\d+ \w+ \d{4})")


@dataclass(frozen=True)
class Mail:
    """`at` is when it came, by the test's clock. `links` are those of the articles it tells of, `late`
    those of them that are marked late, `headings` the topics."""

    at: datetime
    to: str
    message_id: str
    dated: datetime
    subject: str
    text: str
    words: str
    links: tuple[str, ...]
    late: frozenset[str]
    headings: tuple[str, ...]

    @property
    def day(self) -> date:
        """The local date a digest says it is of."""
        said = OF_A_DAY.search(self.words)
        assert said, f"no digest of a day: {self.subject}"
        return datetime.strptime(said[1], "%d %B %Y").date()  # noqa: DTZ007 - a date has no zone


def opened(letter: Letter, at: datetime) -> Mail:
    """The letter, read as strictly as can be: text and HTML must tell of the same."""
    subject, text, document = read_mail(letter.raw, letter.recipient, letter.message_id)
    root = check_html(document)
    links = tuple(str(link) for link in root.xpath("//a/@href"))
    late = root.xpath("//div[p/b[text()=$late]]/p/a/@href", late=LATE)
    assert {link: len(re.findall(rf"{re.escape(link)}\b", text)) for link in links} == Counter(links)
    return Mail(
        at,
        letter.recipient,
        letter.message_id,
        parsedate_to_datetime(message_from_bytes(letter.raw)["Date"]),
        subject,
        text,
        words_of(root),
        links,
        frozenset(map(str, late)),
        tuple("".join(heading.itertext()) for heading in root.iter("h2")),
    )
