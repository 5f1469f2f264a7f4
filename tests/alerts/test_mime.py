"""A mail as bytes, read back."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.mime import address, clean_header, mime, weight
from news.errors import SubscriptionError
from news.telling import Message
from tests.alerts.reading import MESSAGE_ID, RECIPIENT, SENDER, SENT, read_mail, sent


def message(
    subject: str = "Lachin corridor: 7 articles", text: str = "Text.\n", html: str = "<p>Text."
) -> Message:
    return Message(subject, text, html)


def test_headers_are_exactly_the_expected_ones() -> None:
    raw = sent(message())
    assert raw.split(b"\r\n\r\n")[0].decode() == (
        "From: wirewatch <news@example.org>\r\n"
        "To: reader@example.com\r\n"
        "Subject: Lachin corridor: 7 articles\r\n"
        "Date: Tue, 13 Dec 2022 04:00:20 +0000\r\n"
        "Message-ID: <0b1c2d3e@example.org>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="=_' + _boundary(raw) + '"'
    )


def _boundary(raw: bytes) -> str:
    found = re.search(rb'boundary="=_([0-9a-f]{32})"', raw)
    assert found
    return found[1].decode()


def test_the_same_message_is_the_same_bytes_and_another_id_another_boundary() -> None:
    assert sent(message()) == sent(message())
    other = mime(message(), sender=SENDER, recipient=RECIPIENT, message_id="<other@example.org>", date=SENT)
    assert _boundary(other) != _boundary(sent(message()))


def test_an_encoded_word_in_a_title_arrives_as_it_was_written() -> None:
    attack = "=?utf-8?q?News=0ABcc=3A_evil@example.org?="
    subject, _, _ = read_mail(sent(message(attack)))
    assert subject == attack


@pytest.mark.parametrize(
    "end",
    ["\r", "\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "\x1b", "\x7f", "\x9b"],
)
def test_no_end_of_line_of_any_alphabet_ends_a_header(end: str) -> None:
    subject, text, _ = read_mail(sent(message(f"News{end}Bcc: evil@example.org", f"a{end}.{end}b\n")))
    assert subject == "News Bcc: evil@example.org"
    assert text.startswith("a")


def test_isolates_stay_and_are_closed_where_a_subject_is_cut() -> None:
    assert clean_header("\u2068دالان\u2069 x") == "\u2068دالان\u2069 x"
    cut = clean_header("\u2068" + "دالان " * 60 + "\u2069")
    assert cut.endswith("…\u2069")
    assert len(cut) <= 201


def test_the_shorter_encoding_is_chosen() -> None:
    raw = sent(message(text="plain words\n" * 20, html="<p>" + "Լաչինի միջանցք " * 50))
    assert raw.index(b"quoted-printable") < raw.index(b"base64")


def test_a_line_with_a_dot_and_one_with_from_come_back_as_they_were() -> None:
    body = "a\n.\nFrom here\n..\n--=_\nb   \n"
    _, text, html = read_mail(sent(message(text=body, html=body)))
    assert text == html == body


def test_a_name_with_letters_commas_and_quotes_is_one_sender() -> None:
    for sender in ("Wäre, watch <news@example.org>", '"a, b" <news@example.org>', "a <news@example.org>"):
        raw = mime(message(), sender=sender, recipient=RECIPIENT, message_id=MESSAGE_ID, date=SENT)
        assert raw.split(b"\r\n")[0].endswith(b" <news@example.org>")
    bare = mime(message(), sender="n@example.org", recipient=RECIPIENT, message_id=MESSAGE_ID, date=SENT)
    assert bare.startswith(b"From: n@example.org\r\n")


@pytest.mark.parametrize(
    ("given_as", "sent_as"),
    [
        ("name@example.org", "name@example.org"),
        ("  Name.Sur+tag@EXAMPLE.org ", "Name.Sur+tag@example.org"),
        ("name@bücher.example", "name@xn--bcher-kva.example"),
        ("name@почта.рф", "name@xn--80a1acny.xn--p1ai"),
        ("root@localhost", "root@localhost"),
        ("o'neil@mail.example", "o'neil@mail.example"),
    ],
)
def test_addresses_that_are_taken(given_as: str, sent_as: str) -> None:
    assert address(given_as) == sent_as


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "a@", "@b", "name", "a b@example.org", "a@b@example.org", '"a b"@example.org'),
        *(
            "a@example.org\r\nBcc: b@example.org",
            "a@example.org\n",
            "a@exam\nple.org",
            "a@example.org,b@example.org",
        ),
        *("a@example.org b@example.org", "<a@example.org>", "Name <a@example.org>", "a(c)@example.org"),
        *(
            "имя@example.org",
            "a@-example.org",
            "a@example-.org",
            "a@example..org",
            "a@.org",
            "a@example.org.",
        ),
        *("a@[127.0.0.1]", "a@127.0.0.1", ".a@example.org", "a.@example.org", "a..b@example.org"),
        *("a@exa\u2028mple.org", "a@exam\x00ple.org", "a\u202e@example.org", "a@" + "b" * 64 + ".org"),
        *("a" * 65 + "@example.org", "a@" + "b." * 130 + "org", "a@example.org>\r\nRCPT TO:<b@example.org"),
        *("=?utf-8?q?a?=@exa mple.org", "a@①②⑦.example\u3002", "a@\u3002org"),
    ],
)
def test_addresses_that_are_refused(text: str) -> None:
    with pytest.raises(SubscriptionError):
        address(text)


def test_a_message_id_of_another_form_is_a_bug() -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        mime(message(), sender=SENDER, recipient=RECIPIENT, message_id="<a@b>\r\nBcc: c@d", date=SENT)


@settings(deadline=None)
@given(subject=st.text(), text=st.text(), html=st.text())
def test_any_text_makes_one_sound_mail(subject: str, text: str, html: str) -> None:
    told = Message(subject, text, html)
    raw = sent(told)
    read, body, _ = read_mail(raw)
    assert read == clean_header(subject)
    assert len(raw) <= weight(told)
    assert "".join(body.split()) == "".join(text.encode("utf-8", "ignore").decode("utf-8").split())


@settings(deadline=None)
@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        taken = address(text)
    except SubscriptionError:
        return
    assert re.fullmatch(r"[!-~]+@[a-z0-9._-]+", taken)
    assert taken.count("@") == 1


def test_dates_of_other_zones_are_told_in_utc() -> None:
    raw = mime(
        message(),
        sender=SENDER,
        recipient=RECIPIENT,
        message_id=MESSAGE_ID,
        date=datetime.fromisoformat("2022-12-13T08:00:00+04:00").astimezone(UTC),
    )
    assert b"Date: Tue, 13 Dec 2022 04:00:00 +0000" in raw
