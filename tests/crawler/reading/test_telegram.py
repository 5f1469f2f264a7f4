"""Channels' previews: posts, edits, forwards, captions, posts with several subjects, channels without preview."""
# ruff: noqa: E501 - posts as they come

from datetime import UTC, date, datetime

import pytest

from crawler.reading.entries import ListReading, title_of
from crawler.reading.telegram import read_channel, subjects
from news.article import Published
from news.errors import ReadError
from tests.channels import STUB, Message, channel_page

NOW = datetime(2022, 12, 13, 18, tzinfo=UTC)
BULLETIN = (
    '<i class="emoji"><b>❗️</b></i> <b>Информационный бюллетень о деятельности миротворческого контингента (на 13 декабря '
    "2022 г.)</b><br/><br/>▫️ Контингент продолжает выполнение задач. За сутки на постах наблюдения нарушений режима прекращения "
    "огня не зафиксировано, движение транспорта не возобновлено.<br/>Патрулирование идёт по трём маршрутам в двух районах.<br/>"
    "<br/>▫️ По дороге Степанакерт – Горис движение закрыто. Ведутся переговоры с участниками акции, командующий контингентом "
    "встретился с представителями обеих сторон.<br/><br/>▫️ Медики контингента оказали помощь жителям двух населённых пунктов, "
    "доставлены лекарства и продукты питания для больницы, среди пациентов есть дети."
)


def read(page: str, known: frozenset[int] = frozenset(), *, split: bool = False) -> ListReading:
    return read_channel(
        page.encode(),
        url="https://t.me/s/ministry",
        content_type="text/html; charset=utf-8",
        known=known,
        zone="Europe/Moscow",
        languages=("ru",),
        now=NOW,
        split=split,
    )


def blocks(found: ListReading) -> frozenset[int]:
    return frozenset(entry.block for entry in found.entries if entry.block is not None)


def test_posts_are_entries_whole_the_newest_first() -> None:
    first = Message(101, "Брифинг.<br/>Официальный представитель ответила на вопросы.", photo=True)
    forwarded = Message(
        102, "<b>The road</b> is closed &amp; guarded.", origin="Another ministry", reply="Earlier words"
    )
    found = read(channel_page("ministry", [first, forwarded, Message(103, None, photo=True)], before=101))
    assert found.listed == 3
    assert found.next_url == "https://t.me/s/ministry?before=101"
    newest, oldest = found.entries
    assert (newest.link, newest.title) == ("https://t.me/ministry/102", "The road is closed & guarded.")
    assert (newest.content, newest.author) == (
        "The road is closed & guarded.",
        "Another ministry (forwarded)",
    )
    assert oldest.title == "Брифинг."
    assert oldest.content == "Брифинг.\nОфициальный представитель ответила на вопросы."
    assert oldest.published == Published(date(2022, 12, 13), datetime(2022, 12, 13, 12, 25, 1, tzinfo=UTC))
    assert oldest.author is None


def test_an_edit_and_a_doubling_of_views_are_read_again_and_nothing_else() -> None:
    posts = [Message(number, f"Post number {number}.", views="1.2K") for number in (1, 2, 3)]
    first = read(channel_page("ministry", posts))
    again = read(
        channel_page("ministry", [Message(1, "Post number 1.", views="1.3K"), *posts[1:]]), blocks(first)
    )
    assert (again.entries, len(again.blocks), again.listed) == ((), 3, 3)
    edited = [Message(1, "Post number one.", edited=True), posts[1], Message(3, "Post number 3.", views="5K")]
    changed = read(channel_page("ministry", edited), blocks(first))
    assert [entry.link for entry in changed.entries] == ["https://t.me/ministry/3", "https://t.me/ministry/1"]


def test_a_bulletin_is_split_into_its_subjects() -> None:
    page = channel_page("ministry", [Message(7, BULLETIN)])
    assert len(read(page).entries) == 1
    found = read(page, split=True)
    assert [entry.link for entry in found.entries] == [
        "https://t.me/ministry/7",
        "https://t.me/ministry/7?part=2",
        "https://t.me/ministry/7?part=3",
        "https://t.me/ministry/7?part=4",
    ]
    assert found.entries[2].title.startswith("По дороге Степанакерт – Горис движение закрыто.")
    assert "Патрулирование" in (found.entries[1].content or "")
    again = read(page, blocks(found), split=True)
    assert (again.entries, set(again.blocks)) == ((), set(blocks(found)))


@pytest.mark.parametrize(
    "text",
    [
        "▫️ One short mark.\n▫️ Another one.",
        "A long post without marks. " * 60,
        "– Only one subject, a long one, but there is no second to tell it from. " * 20,
        "▫️ " + "The first is long enough to stand alone. " * 20 + "\n▫️ The second is not.",
    ],
)
def test_what_has_no_subjects_of_its_own_stays_whole(text: str) -> None:
    assert subjects(text) == [text]


def test_titles() -> None:
    assert title_of("❗️❗️ 🇷🇺 «Слова» министра\nи ещё") == "«Слова» министра"
    long = title_of("word " * 100)
    assert len(long) <= 201
    assert long.endswith("word…")


@pytest.mark.parametrize(
    "page", [STUB.format(channel="ministry", name="The ministry"), channel_page("ministry", []), ""]
)
def test_no_posts_is_a_failure_and_not_no_news(page: str) -> None:
    with pytest.raises(ReadError, match="preview is switched off"):
        read(page)
