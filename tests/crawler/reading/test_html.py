"""HTML of any origin becomes text, whatever it claims to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.html import decode_html, parse_html, plain_text
from news.texts import clean_text

RUSSIAN = "<p>Лачинский коридор перекрыт"


def test_blocks_become_lines_and_scripts_vanish() -> None:
    fragment = "<p>Hi &amp; <b>bo</b>ld<br>x &lt;y</p><script>bad()</script><ul><li>a<li>b</ul> tail\n line"
    assert plain_text(fragment) == "Hi & bold\nx <y\na\nb\ntail line"


def test_text_without_markup_is_only_cleaned() -> None:
    assert plain_text("  3 > 2,\n\nAT\x00T ") == "3 > 2,\nATT"
    assert plain_text("AT&T, 3 < 5") == "AT&T, 3 < 5"


def test_markup_too_deep_for_the_parser_still_gives_its_words() -> None:
    assert plain_text("<b>" * 1000 + "word &amp; word") == "word & word"


def test_an_overlong_tag_is_cut_out() -> None:
    assert plain_text("<p>a<img src='" + "x" * 300_000 + "'>b</p>") == "a b"


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r", "iso-8859-5"])
def test_the_charset_is_believed_where_declared(charset: str) -> None:
    body = RUSSIAN.encode(charset)
    assert decode_html(body, f'text/html; charset="{charset}"') == RUSSIAN
    declared = f"<meta charset={charset}>{RUSSIAN}".encode(charset)
    assert RUSSIAN in decode_html(declared)


def test_a_byte_order_mark_goes_before_all() -> None:
    assert decode_html(RUSSIAN.encode("utf-8-sig"), "text/html; charset=windows-1251") == RUSSIAN
    assert decode_html(RUSSIAN.encode("utf-16")) == RUSSIAN


def test_a_declaration_the_bytes_contradict_is_passed_over() -> None:
    assert decode_html(RUSSIAN.encode("windows-1251"), "text/html; charset=utf-8") == RUSSIAN
    assert decode_html(RUSSIAN.encode(), "text/html; charset=punycode") == RUSSIAN


def test_undeclared_bytes_are_told_by_their_looks() -> None:
    assert decode_html(RUSSIAN.encode("windows-1251")) == RUSSIAN
    assert decode_html("le blocus du corridor à Bakou a duré".encode("cp1252")).endswith("à Bakou a duré")


@pytest.mark.parametrize("body", [b"", b"  ", b"<!-- only -->", b"\x00", b"<?xml version='1.0'?>"])
def test_an_empty_page_is_an_empty_tree(body: bytes) -> None:
    root = parse_html(body)
    assert root.tag == "html"
    assert root.text_content().strip() == ""


def test_a_page_becomes_a_tree() -> None:
    root = parse_html(b'<?xml version="1.0" encoding="koi8-r"?><html><body><p>' + "Баку".encode("koi8-r"))
    assert root.findtext(".//p") == "Баку"


@given(st.binary(max_size=300))
def test_any_bytes_are_read(body: bytes) -> None:
    assert parse_html(body).tag == "html"


@given(st.text(alphabet="<>&;/!-abp \"'\x00\ud800я", max_size=80))
def test_any_text_is_read_and_clean(fragment: str) -> None:
    text = plain_text(fragment)
    assert clean_text(text) == text
