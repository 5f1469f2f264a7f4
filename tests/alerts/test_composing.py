"""What a digest, an alert and an overflow say, in text and in HTML alike."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from alerts.composing.alert import compose_alert
from alerts.composing.digest import compose_digest
from alerts.composing.overflow import compose_overflow
from alerts.composing.plain import web_link
from news.article import Interval, Published
from news.source import Kind, Source
from news.telling import Alert, Coverage, Message, Overflow, Rhythm, Schedule, Trouble, Window
from tests import telling_samples as samples
from tests.alerts.reading import check_html, read_mail, sent, words_of
from tests.telling_samples import article, digest, finding, source

DIGEST = compose_digest(samples.DIGEST)
LACHIN = "lachin"


def flat(text: str) -> str:
    """The text form without its line breaks, indents and isolates."""
    return " ".join(re.sub("[\u200e\u2068\u2069|]", "", text).split())


def seen(message: Message) -> str:
    return flat(words_of(check_html(message.html)))


def both(message: Message, words: str) -> None:
    """`words` stand in the text form and in the HTML form."""
    assert words in flat(message.text)
    assert words in seen(message)


def in_order(text: str, *words: str) -> None:
    places = [text.index(word) for word in words]
    assert places == sorted(places), list(zip(words, places, strict=True))


def test_the_subject_says_what_there_is() -> None:
    assert DIGEST.subject == "Lachin corridor: 7 articles, 3 statements; Gas supply: 3 articles - 13 Dec"


def test_it_is_read_from_trouble_by_balance_and_topics_to_the_foot() -> None:
    for form in (flat(DIGEST.text).lower(), seen(DIGEST).lower()):
        in_order(
            form,
            "digest of tuesday, 13 december 2022",
            "all times are asia/baku (utc+4)",
            "must-have sources",
            "president of azerbaijan: since 12 dec, 21:40: cannot be had",
            "government of armenia: since 11 dec, 06:15: refuses us",
            "institutions speaking: armenia 1, azerbaijan 1, russia 1",
            "press: 7 articles from 7 outlets",
            "institutions' own statements",
            "ministry of foreign affairs of armenia",
            "ministry of foreign affairs of azerbaijan",
            "ministry of defence of russia",
            "caucasus review",
            "nothing new on peace talks",
            "39 of 43 sources delivered; president of azerbaijan failed since 12 dec, 21:40; government",
            "in whatever form they stand",
            "why this mail: it is asked for every day at 08:00, asia/baku, on lachin corridor",
            "wirewatch subscriptions",
        )


def test_sources_in_trouble_are_all_named_by_what_ails_them() -> None:
    both(DIGEST, "Failed (1): President of Azerbaijan.")
    both(DIGEST, "Refused us (1): Government of Armenia.")
    both(DIGEST, "Gave no items (1): Echo.")
    both(DIGEST, "Silent (1): أخبار اليوم.")


def test_one_of_several_ways_into_an_outlet_is_named_with_its_slug() -> None:
    trouble = replace(samples.DIGEST.coverage.troubles[0], source=samples.source("mfa-az", outlet="mfa"))
    coverage = replace(samples.DIGEST.coverage, troubles=(trouble,))
    both(compose_digest(replace(samples.DIGEST, coverage=coverage)), "Mfa Az (mfa-az)")


def ways_in(*troubles: tuple[str, int]) -> tuple[Trouble, ...]:
    """Ways into the outlet mfa, each with the hour since which it failed."""
    first = samples.DIGEST.coverage.troubles[0]
    return tuple(
        replace(
            first,
            source=replace(first.source, slug=slug, outlet="mfa", name="MFA"),
            health=replace(first.health, since=samples.at(hour)),
        )
        for slug, hour in troubles
    )


def test_an_outlet_is_one_line_and_missing_only_where_none_of_its_ways_in_delivers() -> None:
    troubles = ways_in(("mfa", 3), ("mfa-telegram", 5))
    gone = compose_digest(digest(coverage=Coverage(43, troubles)))
    for form in (flat(gone.text), seen(gone)):
        assert form.count("cannot be had") == 1
        assert "41 of 43 sources delivered; MFA failed since 12 Dec, 05:00." in form, (
            "when the last way in failed"
        )
    both(gone, "None of its ways in delivers: mfa, mfa-telegram.")
    both(gone, "Failed (2): MFA, MFA (mfa-telegram).")
    half = compose_digest(digest(coverage=Coverage(43, troubles[:1], delivering=frozenset({"mfa"}))))
    for form in (flat(half.text), seen(half)):
        assert "cannot be had" not in form
        assert "Must-have" not in form
        assert "42 of 43 sources delivered; of the outlets of 1 source another way in did." in form
    both(half, "Failed (1): MFA.")


def test_each_article_says_who_what_when_and_where() -> None:
    text, shown = flat(DIGEST.text), seen(DIGEST)
    assert "Ministry of Foreign Affairs of Armenia (ministry, speaks for Armenia)" in text
    assert "Ministry of Foreign Affairs of Armenia, ministry, speaks for Armenia" in shown
    assert "English; said 12 Dec (no hour given); seen 12 Dec, 16:41" in text
    assert "English · said 12 Dec (no hour given) · seen 12 Dec, 16:41" in shown
    assert "Լրաբեր (state news agency, published in Armenia), by Անի Սարգսյան" in text
    both(DIGEST, "no date given")
    root = check_html(DIGEST.html)
    links = [a.get("href") for a in root.iter("a")]
    told = list(dict.fromkeys(f.article.url for f in samples.FINDINGS))
    assert sorted(links) == sorted(filter(None, told))
    for link in links:
        assert link in DIGEST.text.split()


def test_the_opening_and_the_sentence_that_matched_are_quoted_with_the_words_marked() -> None:
    text = flat(DIGEST.text)
    assert "МОСКВА, 12 декабря. Российский миротворческий контингент" in text
    assert "Движение автотранспорта через *Лачинский коридор* приостановлено" in text
    assert "В зоне ответственности нарушений" not in text
    marked = ["".join(mark.itertext()) for mark in check_html(DIGEST.html).iter("mark")]
    assert {"Լաչինի միջանցքով", "Գազի մատակարարումը", "دالان لاچین", "Laçın dəhlizi"} & set(marked) >= {
        "Լաչինի միջանցքով",
        "Գազի մատակարարումը",
        "دالان لاچین",
    }


def test_quotes_and_headlines_carry_language_and_direction() -> None:
    root = check_html(DIGEST.html)
    persian = root.xpath('//p[@lang="fa"]')
    assert [p.get("dir") for p in persian] == ["rtl", "rtl"]
    assert {p.get("dir") for p in root.xpath('//p[@lang="hy"]')} == {"ltr"}


def test_in_text_each_line_closes_the_isolates_it_opens() -> None:
    long = "دالان لاچین " * 40
    told = article(1, title=long, text=long, language="fa")
    for message in (DIGEST, compose_digest(digest([finding(told, source(), LACHIN, "لاچین")]))):
        assert "\u2068" in message.text
        for line in message.text.splitlines():
            depth = 0
            for character in line:
                depth += {"\u2068": 1, "\u2069": -1}.get(character, 0)
                assert depth >= 0, line
            assert depth == 0, line


def test_text_lines_keep_to_76_columns_but_for_links() -> None:
    for line in DIGEST.text.splitlines():
        assert len(re.sub("[\u200e\u2068\u2069]", "", line)) <= 76 or "https://" in line, line


def test_an_article_of_two_topics_is_shown_once_and_referred_to_after() -> None:
    text = DIGEST.text
    assert text.count("https://vestnik.example/2022/12/204") == 1
    both(DIGEST, "Вестник: shown above; matched here: подача газа")
    assert len(re.findall(r"^10\. ", text, re.MULTILINE)) == 2


def test_a_late_finding_is_marked() -> None:
    both(DIGEST, "late: it appeared before this digest's span and was judged within it")
    assert flat(DIGEST.text).count("late: it") == 1


def test_nothing_found_is_two_lines() -> None:
    quiet = compose_digest(samples.QUIET)
    assert quiet.subject == "Nothing new from 43 sources - 13 Dec"
    first, second = quiet.text.splitlines()
    assert first == "Nothing new, and we looked at 43 sources."
    assert second.startswith("12 Dec, 08:00 to 13 Dec 2022, 08:00, Asia/Baku (UTC+4) on Lachin corridor.")
    assert seen(quiet) == flat(quiet.text)


def test_nothing_found_names_what_could_not_be_read() -> None:
    quiet = compose_digest(digest(coverage=Coverage(43, samples.TROUBLES)))
    assert quiet.subject == "Nothing new from 40 of 43 sources; 2 must-have sources in trouble - 13 Dec"
    both(quiet, "Nothing new, and we looked at 40 of 43 sources.")
    both(quiet, "President of Azerbaijan: since 12 Dec, 21:40")


def test_a_digest_in_time_is_not_called_late() -> None:
    window = Window("2022-12-13", samples.DUE, samples.EVE, samples.DUE + timedelta(minutes=15))
    assert "late" not in compose_digest(digest(window=window)).text


def test_a_late_digest_says_so_and_which_span_it_covers() -> None:
    late = compose_digest(samples.LATE)
    both(late, "This digest is late: it was due on 13 Dec, 08:00 and was made on 13 Dec, 11:20.")
    both(late, "It stands also for 2 digests before it that were due and not made, and covers 10 Dec, 08:00")
    both(late, "All 43 sources were read.")


def test_a_span_over_a_change_of_clocks_names_both_offsets() -> None:
    until = datetime(2026, 3, 8, 12, tzinfo=UTC)
    window = Window("2026-03-08", until, until - timedelta(hours=23), until)
    told = compose_digest(digest(window=window, zone="America/New_York"))
    both(told, "7 Mar, 08:00 to 8 Mar 2026, 08:00, America/New_York (UTC−5, then UTC−4)")


def test_a_weekly_digest_names_its_week() -> None:
    schedule = Schedule(Rhythm.WEEKLY, time(8), weekday=1)
    found = [finding(samples.STATEMENT_AM, samples.ARMENIA, LACHIN, "Lachin")]
    told = compose_digest(digest(found, schedule=schedule))
    assert told.subject == "Lachin corridor: 1 statement - week to 13 Dec"
    both(told, "every Tuesday at 08:00")


def test_a_year_is_named_where_it_is_another() -> None:
    told = article(1, published=Published(date(2020, 11, 9)))
    message = compose_digest(digest([finding(told, source(), LACHIN)]))
    both(message, "published 9 Nov 2020 (no hour given)")


def test_institutions_come_first_even_when_they_came_last() -> None:
    early = article(1, title="Press headline", appeared=Interval(None, samples.at(9)))
    late = article(2, samples.ARMENIA, title="Statement", appeared=Interval(None, samples.at(23)))
    found = [finding(early, source(), LACHIN), finding(late, samples.ARMENIA, LACHIN)]
    in_order(compose_digest(digest(found)).text, "Statement", "Press headline")


def test_a_papers_country_is_no_party() -> None:
    told = compose_digest(digest([finding(article(1), samples.EXAMPLE_RU, LACHIN)]))
    both(told, "Institutions speaking: none")
    both(told, "where a paper is published does not say for whom it speaks")


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (
            source("a", kind=Kind.AGENCY, control="state", country="AZ"),
            "state news agency, published in Azerbaijan",
        ),
        (source("a", control="funded by a foreign state"), "newspaper, control: funded by a foreign state"),
        (source("a", country="XK", owner="A. Owner"), "newspaper, published in XK, owner: A. Owner"),
        (source("a", kind=Kind.IGO, speaks_for="OSCE"), "intergovernmental organisation, speaks for OSCE"),
    ],
)
def test_what_a_source_is(origin: Source, words: str) -> None:
    both(compose_digest(digest([finding(article(1, origin), origin, LACHIN)])), words)


def test_an_article_without_title_link_text_or_language_is_told_all_the_same() -> None:
    bare = article(1, title="", url=None, text="", language=None, published=None)
    message = compose_digest(digest([finding(bare, source(), LACHIN)]))
    both(message, "(no title)")
    both(message, "(no link that can be opened)")
    both(message, "language not known")


def test_a_topic_that_is_no_longer_asked_for_still_has_its_articles() -> None:
    told = compose_digest(digest([finding(article(1), source(), "removed")]))
    assert told.subject == "removed: 1 article - 13 Dec"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/b?c=d&e='f'", "https://a.example/b?c=d&e=%27f%27"),
        ("https://пример.example/путь", "https://xn--e1afmkfd.example/%D0%BF%D1%83%D1%82%D1%8C"),
        ("http://a.example", "http://a.example/"),
        ("https://mfa.example@evil.example/", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://a.example/\nBcc: x", None),
        ("//evil.example/", None),
        ("https://a.example\\@evil.example/", None),
        ("", None),
    ],
)
def test_links_lead_to_the_web_or_nowhere(url: str, link: str | None) -> None:
    made = web_link(url)
    assert made in (link, (link or "").replace("%27", "'") or None)


def test_an_alert_tells_one_article() -> None:
    alert = compose_alert(samples.ALERT)
    assert (
        alert.subject
        == "\u200eLachin corridor: \u2068رفت‌وآمد در دالان لاچین متوقف شد\u2069 (\u2068خبر امروز\u2069)"
    )
    both(alert, "published 12 Dec 2022 (no hour given)")
    both(alert, "Matched: دالان لاچین")
    both(alert, "Why this mail: Lachin corridor is told at once.")
    assert "https://khabar.example/2022/12/203" in alert.text


def test_an_alert_of_two_topics_names_both() -> None:
    russian = Alert(samples.ZONE, tuple(f for f in samples.FINDINGS if f.article.id == 204))
    alert = compose_alert(russian)
    both(alert, "Lachin corridor, Gas supply")
    both(alert, "Matched: Лачинский коридор (Lachin corridor); подача газа (Gas supply)")


def test_an_alert_is_of_one_article() -> None:
    with pytest.raises(ValueError, match="one article"):
        compose_alert(Alert(samples.ZONE, samples.FINDINGS))
    with pytest.raises(ValueError, match="one article"):
        compose_alert(Alert(samples.ZONE, ()))


def test_an_overflow_names_each_article_with_its_link() -> None:
    overflow = compose_overflow(samples.OVERFLOW)
    assert (
        overflow.subject == "Lachin corridor and 1 more topic: 10 further articles - 12 Dec, 14:00 to 15:00"
    )
    both(overflow, "20 alerts had been sent, the most for one hour")
    for told in {f.article for f in samples.FINDINGS}:
        assert told.url
        assert overflow.text.split().count(told.url) == 1
        assert overflow.html.count(f'href="{told.url}"') == 1


@pytest.mark.parametrize("topics", [4, 90], ids=["few topics", "more topics than a digest has headings"])
def test_an_overflow_of_two_thousand_drops_none(topics: int) -> None:
    many = tuple(
        replace(finding, topic=f"t{number % topics}", topic_name=f"Topic {number % topics}")
        for number, finding in enumerate(samples.long_digest(2000).findings)
    )
    overflow = compose_overflow(Overflow(samples.ZONE, samples.at(14), 20, many))
    links = {a.get("href") for a in check_html(overflow.html).iter("a")}
    assert (
        links == {f.article.url for f in many} == {w for w in overflow.text.split() if w.startswith("https:")}
    )


@pytest.mark.parametrize(
    "message",
    [DIGEST, compose_digest(samples.QUIET), compose_alert(samples.ALERT), compose_overflow(samples.OVERFLOW)],
)
def test_the_mail_arrives_as_it_was_composed(message: Message) -> None:
    assert read_mail(sent(message)) == (message.subject, message.text, message.html)


def test_the_same_digest_is_composed_the_same() -> None:
    assert compose_digest(samples.DIGEST) == DIGEST
