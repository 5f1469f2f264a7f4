"""Pages kept as files: which address they had, and what kind they are; pasted texts as articles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.reading.plaintext import read_article
from crawler.reading.saved import address_of, kind_of
from news.article import Entry, Reading
from news.errors import ReadError
from news.source import Rules

URL = "https://mfa.example/news/1"


@pytest.mark.parametrize(
    ("page", "address"),
    [
        (f"<!-- saved from url=(0026){URL} -->\n<html><link rel=canonical href=https://x.example/>", URL),
        (f"<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: {URL} \n saved date: x-->", URL),
        (f'<html><head><link href="{URL}" rel="alternate Canonical">', URL),
        (f'<html><head><meta property="og:url" content=" {URL} ">', URL),
        (f'<html><head><link rel="canonical" href="/news/1"><meta name="og:url" content="{URL}">', URL),
        ("<html><head><link rel=canonical href=javascript:x>", None),
        ("<html><p>nothing</p>", None),
        ("", None),
    ],
)
def test_address_of(page: str, address: str | None) -> None:
    assert address_of(page.encode()) == address


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.4", "application/pdf"),
        (b"PK\x03\x04...", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"\xef\xbb\xbf\n<!doctype html>", "text/html"),
        (b"<HTML lang=en>", "text/html"),
        (b"Remarks to the press", "text/plain"),
        (b"", "text/plain"),
    ],
)
def test_kind_of(body: bytes, kind: str) -> None:
    assert kind_of(body) == kind


def read(text: str | bytes, title: str = "") -> Reading:
    body = text.encode() if isinstance(text, str) else text
    return read_article(
        body,
        url="x",
        final_url="x",
        content_type="text/plain",
        rules=Rules(),
        zone="UTC",
        languages=("en",),
        now=datetime(2026, 11, 2, tzinfo=UTC),
        entry=Entry(None, title),
    )


def test_a_first_line_is_the_title() -> None:
    found = read("Remarks\r\n\r\nHe said so.\nTwice.")
    assert (found.title, found.text) == ("Remarks", "He said so.\nTwice.")


def test_a_title_that_is_given_leaves_the_text_whole() -> None:
    found = read("Remarks\nHe said so.", "On television")
    assert (found.title, found.text) == ("On television", "Remarks\nHe said so.")


def test_one_paragraph_is_text_and_its_beginning_the_title() -> None:
    found = read("He said that the road is closed. " * 20)
    assert found.text.startswith("He said that")
    assert len(found.title) <= 100
    assert found.title.endswith("…")
    assert read("One line").text == "One line"


def test_what_is_no_utf_8_is_read_by_its_bytes() -> None:
    assert read("Министр сказал\nДорога закрыта".encode("cp1251")).text == "Дорога закрыта"


@pytest.mark.parametrize("text", ["", " \n\t", "1 2 3"])
def test_no_words(text: str) -> None:
    with pytest.raises(ReadError, match="no words"):
        read(text)
