"""Statements that come as PDF or Word files: what is read in them, and what is refused with its reason."""

from __future__ import annotations

import random
import re
import time
import zlib
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawler.reading.articles import read_article
from crawler.reading.documents import is_document
from news.article import Entry, Published, Reading
from news.errors import ReadError
from news.source import Rules
from tests.papers import archive, column, docx, file_of, pdf, stream, to_unicode

URL = "https://ministry.example/files/statement.pdf"
NOW = datetime(2023, 1, 2, 12, tzinfo=UTC)
ROAD = "Traffic on the road has stopped since the morning, the ministry said."


def read(body: bytes, title: str = "", published: Published | None = None, **facts: Any) -> Reading:
    given: dict[str, Any] = {"content_type": "application/octet-stream", "zone": "Asia/Yerevan", **facts}
    return read_article(
        body,
        url=URL,
        final_url=URL,
        rules=Rules(body="div.text"),
        languages=facts.pop("languages", ("en", "ru", "hy", "tr", "az")),
        now=NOW,
        entry=Entry(link=URL, title=title, published=published, language="hy"),
        **{key: value for key, value in given.items() if key != "languages"},
    )


def refusal(body: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        read(body)
    return str(caught.value)


def test_a_pdf_is_read_whatever_its_header_says() -> None:
    body = pdf([column(["Statement on the road", "", "13 December 2022", "", ROAD])], lang="en-GB")
    for content_type in ("application/octet-stream", "text/html; charset=utf-8", None):
        found = read(body, "Statement", content_type=content_type)
        assert found.text == f"Statement on the road\n13 December 2022\n{ROAD}"
        assert (found.title, found.language) == ("Statement", "en")
        assert found.published == Published(date(2022, 12, 13))
        assert found.canonical_url == URL
        assert found.raw is not None
        assert zlib.decompress(found.raw) == body


@pytest.mark.parametrize(
    "text",
    [
        "Министерство заявляет: движение по дороге прервано, объёмы перевозок сократились.",
        "Նախարարությունը հայտարարում է. Լաչինի միջանցքը փակ է, եւ բանակցությունները շարունակվում են։",
        "Bakanlık açıkladı: Laçın koridorundaki geçişler dün öğleden sonra durduruldu, İğdır'a ulaşılamıyor.",
        "Nazirlik bildirir: Laçın-Xankəndi yolunda hərəkət dayandırılıb, görüş ertələnib.",
        "სამინისტრო აცხადებს: გზაზე მოძრაობა შეჩერებულია და მოლაპარაკებები გრძელდება.",
    ],
)
def test_every_script_by_its_map_to_unicode(text: str) -> None:
    assert read(pdf([column([text])]), text[:20]).text == text


def test_paragraphs_are_joined_and_divided_words_whole_again() -> None:
    body = pdf(
        [
            column(
                [
                    "The parties met in the capital and spoke of the road, of the Russian-",
                    "Armenian treaty and of the trilateral statement. The negotia-",
                    "tions were long; eco-activists had been there since 2020-",
                    "2021, and other eco-",
                    "activists came later.",
                    "",
                    "The second meeting is planned for the spring of the next year, the mi\u00ad",
                    "nister told journalists.",
                ]
            )
        ]
    )
    assert read(body).text.split("\n") == [
        "The parties met in the capital and spoke of the road, of the Russian-Armenian treaty and of the"
        " trilateral statement. The negotiations were long; eco-activists had been there since 2020-2021, and"
        " other eco-activists came later.",
        "The second meeting is planned for the spring of the next year, the minister told journalists.",
    ]


def test_indents_sizes_and_marks_begin_paragraphs() -> None:
    lines = [
        (70.0, 750.0, 16.0, "Statement"),
        (90.0, 730.0, 11.0, "The first paragraph begins with an indent and goes over two lines, the"),
        (70.0, 716.0, 11.0, "second of which is as long as the first one, or at least nearly as long."),
        (90.0, 702.0, 11.0, "The second paragraph begins with an indent as well, and it has two"),
        (70.0, 688.0, 11.0, "lines, with these points to be kept by the sides of this agreement:"),
        (70.0, 674.0, 11.0, "1) the road is to be open,"),
        (70.0, 660.0, 11.0, "2) the talks are to go on."),
    ]
    assert [paragraph[:24] for paragraph in read(pdf([lines])).text.split("\n")] == [
        "Statement",
        "The first paragraph begi",
        "The second paragraph beg",
        "1) the road is to be ope",
        "2) the talks are to go o",
    ]


def test_running_heads_and_page_numbers_go_and_a_sentence_over_pages_is_one() -> None:
    def page(number: int, texts: list[str]) -> list[tuple[float, float, float, str]]:
        return [
            (70, 812, 9, "Ministry of the example"),
            (480, 800, 9, f"Report of 2022 | {number}"),
            *column(texts),
            (290, 30, 9, f"- {number} -"),
        ]

    body = pdf(
        [
            page(1, ["Article 1", "The sides agree that the road is open to all who travel on it and"]),
            page(2, ["that nobody is to close it.", "Article 2", "The talks go on in the capital."]),
            page(3, ["Article 4", "The statement enters into force today."]),
        ]
    )
    text = read(body).text
    assert "road is open to all who travel on it and that nobody is to close it." in text
    assert text.count("Ministry of the example") == 1, "the first page's head may be the title"
    assert "- 2 -" not in text
    assert "| 3" not in text
    assert all(f"Article {number}" in text for number in (1, 2, 4))


@pytest.mark.parametrize(
    ("stated", "listed", "title"),
    [
        ("Statement on the road", "Download (PDF, 1 MB)", "Statement on the road"),
        ("Microsoft Word - statement.docx", "On the road", "On the road"),
        ("Another document of last year", "On the road", "On the road"),
        ("Another document", "statement_7.pdf", "Statement on the road"),
        (None, "PDF", "Statement on the road"),
    ],
)
def test_the_title_is_one_that_says_something(stated: str | None, listed: str, title: str) -> None:
    body = pdf([[(70, 760, 18, "Statement on the road"), (70, 730, 11, ROAD)]], title=stated)
    assert read(body, listed).title == title


def test_the_entrys_date_goes_first_and_a_date_in_a_sentence_is_none() -> None:
    said = Published(date(2022, 12, 14), datetime(2022, 12, 14, 8, tzinfo=UTC))
    body = pdf([column(["Baku, 13.12.2022", ROAD])])
    assert read(body, published=said).published == said
    assert read(body).published == Published(date(2022, 12, 13))
    long = "The ministry recalls the trilateral statement that was signed on 9 November 2020 in the capital."
    assert read(pdf([column([long])])).published is None


def test_words_written_from_the_right_keep_their_order_around_numbers() -> None:
    text = "وزارت امور خارجه در تاریخ 12 آذر 2022 اعلام کرد که تردد در جاده متوقف شده است."
    drawn = re.sub(r"\d+", lambda number: number[0][::-1], text[::-1])
    body = pdf([column(["بیانیه"[::-1], "", drawn])])
    assert read(body, languages=("fa",)).text == f"بیانیه\n{text}"


def test_ligatures_and_drawn_forms_are_letters() -> None:
    assert (
        read(pdf([column(["The o\ufb03ce con\ufb01rmed: եր\ufb14ան"])])).text
        == "The office confirmed: երմեան"
    )


def test_what_only_restricts_printing_opens() -> None:
    from io import BytesIO

    from pypdf import PdfWriter

    for password, opens in (("", True), ("secret", False)):
        writer = PdfWriter(BytesIO(pdf([column([ROAD])])))
        writer.encrypt(password, "owner", algorithm="AES-256")
        out = BytesIO()
        writer.write(out)
        if opens:
            assert read(out.getvalue()).text == ROAD
        else:
            assert "an encrypted document" in refusal(out.getvalue())


def test_scans_and_glyphs_without_meaning_are_named() -> None:
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
        b" /BitsPerComponent 8 /Length 1 >>\nstream\n\x00\nendstream"
    )
    scan = file_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /XObject << /I 5 0 R >> >> >>",
            stream(b"q 595 0 0 842 0 0 cm /I Do Q"),
            picture,
        ]
    )
    assert refusal(scan) == f"{URL}: a scanned document, no text"
    assert "fonts do not say which letters" in refusal(pdf([column([ROAD, ROAD])], mapped=False))


PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    b" /Resources << /Font << /F1 5 0 R >> >> >>"
)
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
HELLO = stream(b"BT /F1 12 Tf 72 720 Td (Traffic on the road has stopped.) Tj ET")


def one_page(
    pages: bytes = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", *more: bytes, drawn: bytes = HELLO
) -> bytes:
    return file_of([b"<< /Type /Catalog /Pages 2 0 R >>", pages, PAGE, drawn, FONT, *more])


def test_the_beginning_of_a_hundred_thousand_pages_is_read() -> None:
    many = one_page(b"<< /Type /Pages /Count 100000 /Kids [" + b"3 0 R " * 100_000 + b"] >>")
    assert read(many).text.startswith("Traffic on the road has stopped.")
    kids = b" ".join(b"%d 0 R" % number for number in range(6, 100_006))
    true = one_page(b"<< /Type /Pages /Count 100000 /Kids [" + kids + b"] >>", *[PAGE] * 100_000)
    assert len(true) > 10_000_000
    assert read(true).text.startswith("Traffic on the road has stopped.")


def test_pages_that_draw_much_are_read_as_far_as_the_bound() -> None:
    words = b"BT /F1 12 Tf 72 720 Td (Traffic on the road has stopped.) Tj ET\n" * 20_000
    kids = b"<< /Type /Pages /Count 200 /Kids [" + b"3 0 R " * 200 + b"] >>"
    started = time.process_time()
    assert read(one_page(kids, drawn=stream(words))).text.startswith("Traffic on the road has stopped.")
    assert time.process_time() - started < 8, "a reader has 10 s of CPU for a task"
    assert "first page draws more than 4 MiB" in refusal(one_page(drawn=stream(words * 6)))


HOSTILE = {
    "nothing behind the head": b"%PDF-1.7\n",
    "cut in the middle": pdf([column([ROAD] * 50)])[:700],
    "xref that goes in a circle": file_of([b"<< /Type /Catalog /Pages 2 0 R >>"], trailer=b"/Prev 62"),
    "pages that hold themselves": one_page(b"<< /Type /Pages /Count 1 /Kids [2 0 R 2 0 R] >>"),
    "arrays in arrays": one_page(b"<< /Type /Pages /Kids " + b"[" * 50_000 + b"]" * 50_000 + b" >>"),
    "dictionaries in dictionaries": file_of([b"<< /Pages " * 20_000 + b">>" * 20_000]),
    "a page that unpacks to 300 MB": one_page(drawn=stream(b"0 " * 150_000_000)),
    "no catalogue": file_of([b"<< >>"]),
    "a length without end": b"%PDF-1.4\n1 0 obj << /Length 99999999999999 >>\nstream\n" + b"x" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pdfs_are_refused_or_give_what_can_be_read(name: str) -> None:
    assert "PDF" in (said := refusal(HOSTILE[name])) or "no text" in said


def test_a_loop_of_previous_tables_ends() -> None:
    body = pdf([column([ROAD])])
    start = body.rindex(b"startxref")
    place = body[start:].split()[1]
    looped = body.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev " + place)
    assert read(looped).text == ROAD


def test_a_map_to_unicode_of_millions_is_bounded() -> None:
    vast = to_unicode({"a": 1}).replace(
        b"1 beginbfchar", b"1 beginbfrange\n<0000> <FFFFFFFF> <0041>\nendbfrange\n1 beginbfchar"
    )
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 6 0 R"
        b" /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /DW 500"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>"
    )
    pages = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", pages, PAGE, stream(b"BT /F1 9 Tf <0001> Tj ET"), font]
    assert "PDF" in refusal(file_of([*parts, stream(vast)]))


def test_whatever_is_damaged_is_read_or_refused() -> None:
    chance = random.Random(20261128)
    sound = [pdf([column([ROAD] * 5)] * 3, title="Statement", lang="en"), docx([ROAD] * 5, title="Statement")]
    pieces = (b"<<", b"[", b"/Kids", b"1 0 R", b"99999999", b"/Prev 10", b"/Fl ", b"endobj", b"(", b"PK")
    outcomes = set()
    for _ in range(400):
        body = bytearray(chance.choice(sound))
        for _ in range(chance.randint(1, 9)):
            place = chance.randrange(len(body))
            match chance.randrange(3):
                case 0:
                    body[place] = chance.randrange(256)
                case 1:
                    del body[place : place + chance.randrange(1, 30)]
                case _:
                    body[place:place] = chance.choice(pieces)
        try:
            outcomes.add(bool(read(bytes(body)).text) if is_document(bytes(body)) else None)
        except ReadError:
            outcomes.add(False)
    assert {True, False} <= outcomes


def test_a_word_document() -> None:
    body = docx(
        [("Title", "Statement on the road"), "13 December 2022", "  ", ROAD, "Դեկտեմբերի 13-ին"],
        title="Template of the ministry",
    )
    found = read(body, "Download")
    assert found.text == f"Statement on the road\n13 December 2022\n{ROAD}\nԴեկտեմբերի 13-ին"
    assert (found.title, found.published) == ("Statement on the road", Published(date(2022, 12, 13)))
    assert found.language == "hy", "the entry's: the file says none"


def test_what_word_deleted_or_draws_twice_is_read_once() -> None:
    runs = (
        "<w:p><w:r><w:t>Traffic</w:t><w:tab/><w:t>stopped.</w:t></w:r>"
        "<w:del><w:r><w:delText>Gone</w:delText><w:t>Gone</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t> Added.</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>Box</w:t></w:r></w:p>"
        "</w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>Box</w:t></w:r></w:p></mc:Fallback>"
        "</mc:AlternateContent><w:t>Around</w:t></w:r></w:p>"
    )
    spaces = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="urn:mc"'
    main = f"<w:document {spaces}><w:body>{runs}</w:body></w:document>".encode()
    assert read(docx([], parts={"word/document.xml": main})).text.split("\n") == [
        "Traffic stopped. Added.",
        "Cell",
        "Box",
        "Around",
    ]


def word(main: bytes) -> bytes:
    return archive({"word/document.xml": main})


LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
)
BAD_WORDS = {
    "more than 24 MiB": word(b"<d>" + b" " * 300_000_000 + b"</d>"),
    "entities of its own": word(LAUGHS + b"]><x>&m;</x>"),
    "document type": word(b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>"),
    "broken": word(b"<d><e></d>"),
    "holds no Word document": archive({"xl/workbook.xml": b"<x/>"}),
    "encrypted": docx([ROAD])
    .replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
    .replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"),
}


@pytest.mark.parametrize("reason", BAD_WORDS)
def test_hostile_word_documents_are_refused(reason: str) -> None:
    assert reason in refusal(BAD_WORDS[reason])


def test_a_word_document_as_deep_as_it_is_long() -> None:
    deep = b"<w:p xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:r><w:t>Road"
    body = word(deep + b"<w:x>" * 300_000 + b"</w:x>" * 300_000 + b"</w:t></w:r></w:p>")
    assert read(body).text == "Road"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word"),
        (b"{\\rtf1 Statement}", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
    ],
)
def test_files_of_other_kinds_are_named(body: bytes, what: str) -> None:
    assert what in refusal(body)


def test_a_page_about_pdf_is_a_page() -> None:
    page = f"<html><body><h1>%PDF-1.7</h1><div class='text'>{ROAD}</div></body></html>"
    assert read(page.encode(), content_type="application/pdf").text == ROAD
