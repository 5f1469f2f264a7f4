"""Item blocks are told from the bytes, or not at all."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.blocks import block_hash, find_blocks

HEAD = b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>T</title>"
TAIL = b"</channel></rss>"


def blocks_of(middle: bytes, content_type: str | None = None) -> list[bytes] | None:
    body = HEAD + middle + TAIL
    found = find_blocks(body, content_type)
    return None if found is None else [body[start:end] for start, end in found.spans]


def test_items_are_told_apart_and_hashed_by_their_bytes() -> None:
    one, other = b"<item><title>1</title></item>", b"<item a='>'>2</item >"
    body = HEAD + one + b"\n" + other + TAIL
    found = find_blocks(body)
    assert found is not None
    assert found.hashes == (block_hash(one), block_hash(other))
    assert found.without(body, {block_hash(one)}) == HEAD + b"\n" + other + TAIL
    assert found.without(body, set()) == body
    assert all(-(2**63) <= digest < 2**63 for digest in found.hashes)


@pytest.mark.parametrize(
    "inside",
    [
        b"<![CDATA[ </item><item> ]]>",
        b"<!-- </item> -->",
        b"<?php </item> ?>",
        b"<items>x</items><itemize/><dc:title>x</dc:title>",
    ],
)
def test_what_is_quoted_inside_an_item_is_no_tag(inside: bytes) -> None:
    item = b"<item>" + inside + b"</item>"
    assert blocks_of(item + item) == [item, item]


def test_an_item_in_a_comment_is_none() -> None:
    assert blocks_of(b"<!-- <item>old</item> --><item>new</item>") == [b"<item>new</item>"]


@pytest.mark.parametrize(
    "doubtful",
    [
        b"",
        b"<item>",
        b"</item>",
        b"<item><item></item></item>",
        b"<item></item></item>",
        b"<item></entry>",
        b"<item></ITEM>",
        b"<item/>",
        b"<item></item><item/>",
        b"<item x=\"</item>",
        b"<item></item><rss:item></rss:item>",
        b"<item></item><!-- <item>",
        b"<item><![CDATA[</item>",
        b"<item></item><!ENTITY x 'y'>",
        b"<item></item>\x00",
    ],
)  # fmt: skip
def test_where_items_cannot_be_told_there_are_no_blocks(doubtful: bytes) -> None:
    assert blocks_of(doubtful) is None


def test_a_document_type_with_entities_is_doubtful_and_a_plain_one_is_not() -> None:
    item = b"<rss><item></item></rss>"
    assert find_blocks(b'<!DOCTYPE rss [<!ENTITY item "<item></item>">]>' + item) is None
    assert find_blocks(b'<!DOCTYPE rss PUBLIC "-//N//DTD" "http://example.test/x.dtd">' + item) is not None


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-32", "cp037"])
def test_charsets_whose_bytes_are_no_ascii_are_doubtful(charset: str) -> None:
    assert find_blocks("<?xml version='1.0'?><rss><item>x</item></rss>".encode(charset)) is None


def test_charsets_whose_markup_may_be_text_are_doubtful() -> None:
    declared = b"<?xml version='1.0' encoding='iso-2022-jp'?><rss><item>x</item></rss>"
    assert find_blocks(declared) is None
    assert blocks_of(b"<item>x</item>", "text/xml; charset=utf-7") is None
    assert blocks_of(b"<item>x</item>", 'text/xml; charset="windows-1251"') == [b"<item>x</item>"]


@pytest.mark.parametrize(
    "unit",
    [b"<item>", b"</item>", b"<item></item>", b"<item ", b"<item a='", b"<!--", b"<![CDATA[", b"<?", b"<!",
     b"<!DOCTYPE ", b"<a", b"<", b"<item\n", b"<item a=''", b"<a.a-a", b"<item>\"'"],
)  # fmt: skip
def test_hostile_bytes_take_linear_time(unit: bytes) -> None:
    def seconds(size: int) -> float:
        begun = time.process_time()
        find_blocks(HEAD + unit * (size // len(unit)) + TAIL)
        return time.process_time() - begun

    seconds(1_000)
    assert seconds(1_000_000) < 3  # quadratic would be minutes


MARKS = (
    b"""<item> </item> <entry> </entry> <item/> <item\ta=' <!-- --> <![CDATA[ ]]> <? ?> x <b> </b> ' " >"""
)
PIECES = st.sampled_from(MARKS.split(b" "))


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=14).map(b"".join))
def test_blocks_never_overlap_and_hold_one_item_each(middle: bytes) -> None:
    body = HEAD + middle + TAIL
    found = find_blocks(body)
    if found is None:
        return
    position = 0
    for start, end in found.spans:
        assert position <= start < end
        assert body[start : start + 5].lower() in (b"<item", b"<entr")
        assert body[start:end].endswith(b">")
        position = end
    assert found.without(body, set(found.hashes)).endswith(TAIL)
