"""A rendered message as the bytes that are handed to a mail server.

The same arguments give the same bytes: a second try carries what the first
did. Nothing a source wrote is taken for syntax: up to Python 3.11.9 and
3.12.4, `EmailMessage` decodes `=?utf-8?q?News=0ABcc=3A...?=` in a subject and
writes a Bcc line (CVE-2024-6923), and U+2028, NEL, VT and FF make it raise. So
the lines are put together here, of cleaned text and what the standard
library's encoders return.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from datetime import UTC, datetime
from email.charset import SHORTEST, Charset
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from quopri import encodestring

from news.errors import SubscriptionError
from news.telling import Message

# A subject is read in one line of a list; what is longer is cut for mail programs' sake.
LONGEST_SUBJECT = 200
_ENDS_OF_LINE = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]+")
# Embeddings and overrides reorder what stands around them (CVE-2021-42574). Isolates (U+2066-2069) stay:
# the composer puts them, closed, around foreign words.
_REORDERING = re.compile("[\u202a-\u202e]")
_WORD = re.compile(r"\s+")

# RFC 5321 4.1.2 dot-string; RFC 1035 labels. `_` is no letter of a host name, but mail goes to such.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_PHRASE = re.compile(rf"{_ATOM}(?: {_ATOM})*")
_NAMED = re.compile(r"\s*(?P<name>[^<>]*?)\s*<(?P<address>[^<>]*)>\s*")
_MESSAGE_ID = re.compile(rf"<{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9._-]+>")
LONGEST_LOCAL, LONGEST_DOMAIN, LONGEST_ADDRESS = 64, 253, 254  # RFC 5321 4.5.3.1, with erratum 1690

_UTF8 = Charset("utf-8")
_UTF8.header_encoding = SHORTEST


def mime(message: Message, *, sender: str, recipient: str, message_id: str, date: datetime) -> bytes:
    """One mail to one recipient: multipart/alternative of text and HTML, lines ended by CR LF.

    `sender` is an address or a name with one, `date` an aware time. Raises
    SubscriptionError where the recipient or sender is no address, ValueError
    where `message_id` is no `<left@right>`.
    """
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"not a Message-ID: {message_id[:200]!r}")
    # "=_" stands neither in base64 nor in quoted-printable, so no body can hold the boundary (RFC 2045 6.7).
    boundary = "=_" + sha256(message_id.encode("ascii")).hexdigest()[:32]
    headers = (
        ("From", _mailbox(sender)),
        ("To", address(recipient)),
        ("Subject", _unstructured(clean_header(message.subject), "Subject").encode(linesep="\r\n")),
        ("Date", format_datetime(date.astimezone(UTC))),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834: no out-of-office answers
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")
    border = b"\r\n--" + boundary.encode("ascii")
    text, html = _part(message.text, "plain"), _part(message.html, "html")
    return b"".join((head, border, b"\r\n", text, border, b"\r\n", html, border, b"--\r\n"))


def weight(message: Message) -> int:
    """How many bytes the encoded mail of `message` takes at most, its headers counted as 4 kB."""
    return 4000 + len(_part(message.text, "plain")) + len(_part(message.html, "html"))


def clean_header(text: str) -> str:
    """Any string as one line for a header: no controls, no line ends of any alphabet, no reordering; clipped.

    Encoded words are text like any other: they are neither decoded nor taken out.
    """
    line = _WORD.sub(" ", _CONTROL.sub(" ", _REORDERING.sub("", text))).strip()
    if len(line) <= LONGEST_SUBJECT:
        return line
    return _isolates_closed(line[: LONGEST_SUBJECT - 2].rstrip() + "…")


def address(text: str) -> str:
    """The address `text` stands for, as it goes to the server: ASCII, domain in lower case and in IDNA form.

    Raises SubscriptionError for what is no plain address: names, comments,
    quoted or non-ASCII local parts (few servers on the way take SMTPUTF8, and
    a refusal now is better than a bounce later), addresses of machines.
    """
    local, at, domain = text.strip(" ").rpartition("@")
    if not at or not local or not domain:
        raise _no_address(text, "an address has a name, one @ and a domain")
    if not local.isascii():
        raise _no_address(text, "letters before the @ that are not ASCII are not taken by most servers")
    if not _LOCAL.fullmatch(local) or len(local) > LONGEST_LOCAL:
        raise _no_address(text, "before the @ stands what no plain address has")
    ascii_domain = _ascii_domain(text, domain)
    if len(local) + 1 + len(ascii_domain) > LONGEST_ADDRESS:
        raise _no_address(text, f"longer than {LONGEST_ADDRESS} characters")
    return f"{local}@{ascii_domain}"


def _ascii_domain(text: str, domain: str) -> str:
    try:
        ascii_domain = (
            domain.encode("idna").decode("ascii").lower() if not domain.isascii() else domain.lower()
        )
    except UnicodeError as error:
        raise _no_address(text, "the domain cannot be written in ASCII (IDNA)") from error
    if not _DOMAIN.fullmatch(ascii_domain) or len(ascii_domain) > LONGEST_DOMAIN:
        raise _no_address(text, "after the @ stands what is no domain")
    if not re.search("[a-z]", ascii_domain.rpartition(".")[2]):
        raise _no_address(text, "the domain is a number")
    return ascii_domain


def _no_address(text: str, problem: str) -> SubscriptionError:
    remedy = "Give one address such as name@example.org."
    return SubscriptionError(recipient=text[:200], problem=problem, remedy=remedy)


def _mailbox(sender: str) -> str:
    """An address, or a name with one, as a From line."""
    named = _NAMED.fullmatch(sender)
    if not named or not (name := clean_header(named["name"].strip('"'))):
        return address(named["address"] if named else sender)
    phrase = _unstructured(name, "From").encode(linesep="\r\n")
    if phrase == name and not _PHRASE.fullmatch(name):  # a comma or a bracket in a name is only a letter
        phrase = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{phrase} <{address(named['address'])}>"


def _unstructured(line: str, name: str) -> Header:
    """A header's text: as it is where it is ASCII, as encoded words where it is not or looks like one."""
    plain = line.isascii() and "=?" not in line
    return Header(line, "us-ascii" if plain else _UTF8, maxlinelen=76, header_name=name)


def _isolates_closed(line: str) -> str:
    """`line` with an end for each isolate (U+2066 to U+2068) that a cut left open."""
    still_open = 0
    for character in line:
        if "\u2066" <= character <= "\u2068":
            still_open += 1
        elif character == "\u2069" and still_open:
            still_open -= 1
    return line + "\u2069" * still_open


def _part(text: str, subtype: str) -> bytes:
    """One body part, head and encoded body, in the shorter of the two encodings."""
    lines = _ENDS_OF_LINE.sub("\n", text.encode("utf-8", "ignore").decode("utf-8"))
    raw = lines.replace("\n", "\r\n").encode("utf-8")
    base64 = encodebytes(raw).replace(b"\n", b"\r\n")
    quoted = encodestring(raw)
    encoding, body = (b"quoted-printable", quoted) if len(quoted) <= len(base64) else (b"base64", base64)
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\n'.encode("ascii")
    return head + b"Content-Transfer-Encoding: %b\r\n\r\n%b" % (encoding, body)
