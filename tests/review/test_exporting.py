"""What a list is as a file: nothing in it calculates, nothing of it is lost, whatever it holds."""

import csv
import gc
import io
import json
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from review.exporting import LONGEST_CELL, Format, Row, file_name, harmless, opened, stream

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLUMNS = ("id", "title", "topics")
ROWS: list[Row] = [
    {"id": 1, "title": "Lachin", "topics": ["a", "b"], "more": {"x": 1}},
    {"id": 2, "title": '=HYPERLINK("https://evil.example","Լաչին")', "topics": None},
    {"id": -3, "title": 'two\nlines, “quoted” "so"', "topics": [{"term": "x"}]},
]


def whole(form: Format, rows: Iterable[Row], columns: Sequence[str] = COLUMNS) -> bytes:
    sheet = opened(form, columns, "List: [1]")
    made = sheet.rows(rows) + b"".join(sheet.end())
    sheet.close()
    return made


def cells(book: bytes) -> list[list[str]]:
    """A sheet's cells as text; no text is anything else."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheet = etree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
        assert not any("hyperlink" in name or "externalLink" in name for name in parts.namelist())
    assert not list(sheet.iter(f"{SHEET}f", f"{SHEET}hyperlink"))
    return [
        [etree.tostring(cell, method="text", encoding="unicode") for cell in row]
        for row in sheet.iter(f"{SHEET}row")
    ]


def test_csv_as_excel_reads_it() -> None:
    text = whole(Format.CSV, ROWS).decode("utf-8")
    assert text.startswith('\ufeff"id","title","topics"\r\n1,"Lachin","a, b"\r\n')
    [_, first, second, third] = csv.reader(io.StringIO(text, newline=""))
    assert first == ["1", "Lachin", "a, b"]
    assert second == ["2", "'" + str(ROWS[1]["title"]), ""]
    assert third == ["-3", ROWS[2]["title"], '[{"term": "x"}]']


def test_json_lines_keep_everything() -> None:
    lines = whole(Format.JSON_LINES, ROWS).decode("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == ROWS
    assert "Լաչին" in lines[1]


def test_xlsx_holds_strings() -> None:
    found = cells(whole(Format.XLSX, ROWS))
    assert found[0] == list(COLUMNS)
    assert found[1] == ["1", "Lachin", "a, b"]
    assert found[2][:2] == ["2", ROWS[1]["title"]]
    assert found[3] == ["-3", ROWS[2]["title"], '[{"term": "x"}]']


def test_xlsx_bears_what_xml_and_excel_do_not() -> None:
    row: Row = {"id": "\x00\x0b\ud800a\ufffe", "title": "😀" * LONGEST_CELL, "topics": "https://a.example/"}
    [_, found] = cells(whole(Format.XLSX, [row]))
    assert found[0] == "a"
    assert found[1].endswith("😀…")
    assert len(found[1].encode("utf-16-le")) <= 2 * LONGEST_CELL
    assert found[2] == "https://a.example/"


@pytest.mark.parametrize("form", Format)
def test_a_list_without_rows_is_a_file(form: Format) -> None:
    made = whole(form, [])
    if form is Format.XLSX:
        assert cells(made) == [list(COLUMNS)]
    else:
        assert made.decode("utf-8-sig") == ("" if form is Format.JSON_LINES else '"id","title","topics"\r\n')


# Signs, signs of other widths, behind blanks and quotes, behind what ends a cell in another country.
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "  =1", '"=1', "'=1", "\t=1", "\r=1", "\n=1", "\u200f=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_begins_nowhere(formula: str) -> None:
    assert harmless(formula).startswith("'")
    for separator in (";", "\t", "\n"):
        last = harmless(f"x{separator}{formula}").rpartition(separator)[2]
        assert last.lstrip("\t\r\n").startswith("'")


@pytest.mark.parametrize("text", ["", "a-b=c+d@e", "Lachin; Shusha", "a, -b", "−5", "1\n2", "—", "'tis"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@given(st.text(alphabet=" =+-@;,\t\r\n'\"ab\u200f", max_size=12))
@example("\t" * 50_000)
@example(";=" * 500)
def test_no_reading_of_a_csv_begins_a_formula(text: str) -> None:
    """Read with a comma, a semicolon or a tab, with quotes or without, no cell begins with a sign."""
    made = whole(Format.CSV, [{"a": text}], ["a"]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(made, newline="")))[1] == [harmless(text)]
    for separator in ";\t\n\r":
        for cell in harmless(text).split(separator):
            assert not cell.strip(' "\u200f\r\n\t;').startswith(("=", "+", "-", "@")), (separator, cell)


async def pages() -> AsyncIterator[Sequence[Row]]:
    for row in ROWS:
        yield [row]


@pytest.mark.parametrize("form", Format)
async def test_streaming(form: Format) -> None:
    made = b"".join([piece async for piece in stream(form, COLUMNS, pages(), title="List")])
    assert cells(made) == cells(whole(form, ROWS)) if form is Format.XLSX else made == whole(form, ROWS)


async def test_a_download_that_is_broken_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless() -> AsyncIterator[Sequence[Row]]:
        yield ROWS
        assert len(os.listdir(tmp_path)) == 1
        raise ConnectionError

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ConnectionError):
        async for _ in stream(Format.XLSX, COLUMNS, endless(), title="List"):
            pass
    gc.collect()
    assert os.listdir(tmp_path) == []


def test_files_have_names_any_system_takes() -> None:
    assert file_name("Lachin corridor/../x", Format.CSV) == "lachin-corridor-x.csv"
    assert file_name("Լաչին", Format.XLSX) == "wirewatch.xlsx"
