"""Digests, alerts and overflows to compose, send and look at.

The articles are written for this file, in eight languages, about the event of
December 2022 on the road through the Lachin corridor. They are nobody's
words: the institutions' channels and papers are made up, at example.org's
neighbours, and so is what stands in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from news.article import Article, ArticleState, Interval, Published
from news.source import Kind, Source, Tier
from news.telling import (
    Alert,
    Coverage,
    Digest,
    Finding,
    Overflow,
    Rhythm,
    Schedule,
    Trouble,
    Window,
)
from news.visit import Health, State
from news.watch import Evidence, Field

ZONE = "Asia/Baku"
DUE = datetime(2022, 12, 13, 4, 0, tzinfo=UTC)  # 08:00 in Baku
EVE = DUE - timedelta(days=1)
DAILY = Schedule(Rhythm.DAILY, time(8))
TOPICS = (("lachin", "Lachin corridor"), ("gas", "Gas supply"), ("talks", "Peace talks"))


def at(hour: int, minute: int = 0, day: int = 12) -> datetime:
    """An hour of December 2022 in Baku, as UTC."""
    return datetime(2022, 12, day, hour, minute, tzinfo=UTC) - timedelta(hours=4)


def source(slug: str = "paper", **facts: Any) -> Source:
    known: dict[str, Any] = {
        "outlet": slug,
        "name": slug.replace("-", " ").title(),
        "kind": Kind.NEWSPAPER,
        "url": f"https://{slug}.example/feed",
    }
    return Source(slug=slug, **{**known, **facts})


def article(number: int = 1, origin: Source | None = None, **facts: Any) -> Article:
    origin = origin or source()
    known: dict[str, Any] = {
        "outlet": origin.outlet,
        "source": origin.slug,
        "url": f"https://{origin.slug}.example/2022/12/{number}",
        "title": f"Headline {number}",
        "text": f"Text {number}.",
        "language": "en",
        "author": None,
        "published": Published(date(2022, 12, 12), at(15)),
        "appeared": Interval(at(15), at(15, 10)),
        "state": ArticleState.READ,
        "reason": None,
        "backfill": False,
        "revision": 1,
    }
    return Article(id=number, **{**known, **facts})


def evidence(told: Article, *words: str) -> tuple[Evidence, ...]:
    """Every place of these words, as they stand, in title and text."""
    found = []
    for field, text in ((Field.TITLE, told.title), (Field.TEXT, told.text)):
        spans = sorted(span for word in words for span in _places(text, word))
        found += [Evidence(field, start, end, text[start:end], text[start:end]) for start, end in spans]
    return tuple(found)


def finding(told: Article, origin: Source, topic: str, *words: str, late: bool = False) -> Finding:
    return Finding(topic, dict(TOPICS).get(topic, topic), told, origin, evidence(told, *words), late)


def digest(findings: Sequence[Finding] = (), **facts: Any) -> Digest:
    known: dict[str, Any] = {
        "window": Window("2022-12-13", DUE, EVE, DUE + timedelta(seconds=20)),
        "zone": ZONE,
        "schedule": DAILY,
        "topics": TOPICS,
        "findings": tuple(findings),
        "coverage": Coverage(43),
    }
    return Digest(**{**known, **facts})


def _places(text: str, word: str) -> Iterator[tuple[int, int]]:
    start = text.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = text.find(word, start + 1)


ARMENIA = source(
    "mfa-armenia",
    name="Ministry of Foreign Affairs of Armenia",
    kind=Kind.MINISTRY,
    tier=Tier.MUST_HAVE,
    speaks_for="Armenia",
    country="AM",
)
AZERBAIJAN = source(
    "mfa-azerbaijan",
    name="Ministry of Foreign Affairs of Azerbaijan",
    kind=Kind.MINISTRY,
    tier=Tier.MUST_HAVE,
    speaks_for="Azerbaijan",
    country="AZ",
)
RUSSIA = source(
    "mod-russia",
    name="Ministry of Defence of Russia",
    kind=Kind.MINISTRY,
    tier=Tier.MUST_HAVE,
    speaks_for="Russia",
    country="RU",
)
EXAMPLE_AM = source("lraber", name="Լրաբեր", kind=Kind.AGENCY, country="AM", control="state")
EXAMPLE_AZ = source("xeberci", name="Xəbərçi", kind=Kind.AGENCY, country="AZ", control="state")
EXAMPLE_IR = source("khabar", name="خبر امروز", kind=Kind.NEWSPAPER, country="IR", owner="a foundation")
EXAMPLE_TR = source("gunluk", name="Günlük", kind=Kind.NEWSPAPER, country="TR", control="private")
EXAMPLE_GE = source("ambebi", name="ამბები", kind=Kind.BROADCASTER, country="GE", control="public")
EXAMPLE_RU = source("vestnik", name="Вестник", kind=Kind.NEWSPAPER, country="RU", control="independent")
EXAMPLE_EN = source("caucasus-review", name="Caucasus Review", kind=Kind.THINK_TANK, country="GB")

STATEMENT_AM = article(
    101,
    ARMENIA,
    url="https://mfa-armenia.example/en/statements/2022/12/12/lachin/11783",
    title="Statement on the closure of the road through the Lachin corridor",
    text=(
        "The Ministry has been informed that since the morning of 12 December the road through the Lachin"
        " corridor has been closed to traffic. According to the Ministry, vehicles have not passed in either"
        " direction, and the supply of food and medicine depends on this road alone. The Ministry refers to"
        " paragraph 6 of the trilateral statement of 9 November 2020 and asks that free movement along the"
        " Lachin corridor be restored."
    ),
    published=Published(date(2022, 12, 12)),
    appeared=Interval(at(16, 30), at(16, 41)),
)
STATEMENT_AZ = article(
    102,
    AZERBAIJAN,
    url="https://mfa-azerbaijan.example/az/news/no56622",
    title="Laçın yolu ilə bağlı mətbuat xidmətinin açıqlaması",
    text=(
        "Nazirliyin mətbuat xidməti dekabrın 12-də Laçın yolu ilə bağlı sualı cavablandırıb. Bildirilib ki,"
        " yolda toplaşanlar ekoloji tələblərlə çıxış edirlər və yol mülki nəqliyyat üçün açıqdır. Nazirlik"
        " Laçın dəhlizi ilə hərəkətin 10 noyabr 2020-ci il tarixli bəyanata uyğun olduğunu qeyd edib."
    ),
    language="az",
    published=Published(date(2022, 12, 12)),
    appeared=Interval(at(18), at(18, 9)),
)
STATEMENT_RU = article(
    103,
    RUSSIA,
    url="https://mod-russia.example/bulletin/2022-12-12",
    title="Информационный бюллетень о деятельности миротворческого контингента",
    text=(
        "МОСКВА, 12 декабря. Российский миротворческий контингент продолжает выполнять задачи на 30"
        " наблюдательных постах. В зоне ответственности нарушений режима прекращения огня за сутки не"
        " зафиксировано. Движение автотранспорта через Лачинский коридор приостановлено; командование"
        " ведёт переговоры с обеими сторонами о его возобновлении."
    ),
    language="ru",
    published=Published(date(2022, 12, 12), at(20, 5)),
    appeared=Interval(at(20), at(20, 12)),
)
PRESS = (
    (
        EXAMPLE_AM,
        article(
            201,
            EXAMPLE_AM,
            title="Լաչինի միջանցքը փակ է. երթևեկությունը դադարեցված է երկու ուղղությամբ",
            text=(
                "Դեկտեմբերի 12-ի առավոտից Լաչինի միջանցքով ճանապարհը փակ է։ Տեղի իշխանությունների խոսքով՝"
                " մեքենաները չեն անցնում ո՛չ մեկ, ո՛չ մյուս ուղղությամբ։ Գազի մատակարարումը նույնպես"
                " ընդհատվել է, հայտնում են տեղական ծառայությունները։ Բանակցությունները շարունակվում են։"
            ),
            language="hy",
            author="Անի Սարգսյան",
            published=Published(date(2022, 12, 12), at(11, 20)),
            appeared=Interval(at(11, 20), at(11, 26)),
        ),
        {"lachin": ("Լաչինի միջանցքը", "Լաչինի միջանցքով"), "gas": ("Գազի մատակարարումը",)},
    ),
    (
        EXAMPLE_AZ,
        article(
            202,
            EXAMPLE_AZ,
            title="Laçın-Xankəndi yolunda ekoloji aksiya davam edir",
            text=(
                "Dekabrın 12-də səhər saatlarından Laçın-Xankəndi yolunda aksiya keçirilir. İştirakçılar"
                " yataqlara monitorinq qrupunun buraxılmasını tələb edirlər. Onlar deyirlər ki, Laçın dəhlizi"
                " mülki avtomobillərin hərəkəti üçün bağlanmayıb."
            ),
            language="az",
            published=Published(date(2022, 12, 12), at(13)),
            appeared=Interval(at(12, 58), at(13, 4)),
        ),
        {"lachin": ("Laçın dəhlizi", "Laçın-Xankəndi yolunda")},
    ),
    (
        EXAMPLE_IR,
        article(
            203,
            EXAMPLE_IR,
            title="رفت‌وآمد در دالان لاچین متوقف شد",
            text=(
                "رفت‌وآمد در دالان لاچین از صبح دوشنبه ۲۱ آذر متوقف شده است. دو طرف دربارهٔ علت بسته شدن جاده"
                " روایت‌های متفاوتی دارند؛ یک طرف از تجمع زیست‌محیطی می‌گوید و طرف دیگر از محاصره. آیا جاده"
                " امروز باز می‌شود؟ هنوز پاسخی داده نشده است."
            ),
            language="fa",
            published=Published(date(2022, 12, 12)),
            appeared=Interval(at(17, 50), at(18, 2)),
        ),
        {"lachin": ("دالان لاچین",)},
    ),
    (
        EXAMPLE_RU,
        article(
            204,
            EXAMPLE_RU,
            title="Дорога через Лачинский коридор закрыта второй день",
            text=(
                "ЕРЕВАН — БАКУ, 13 дек. Дорога через Лачинский коридор остаётся закрытой. Стороны по-разному"
                " описывают происходящее: в Баку говорят об акции экологов, в Ереване — о блокаде. По словам"
                " собеседника издания в г. Степанакерте (Ханкенди), подача газа прекращена с вечера, и"
                " в школах отменены занятия."
            ),
            language="ru",
            author="И. О. Корреспондент",
            published=Published(date(2022, 12, 13), at(7, 31, day=13)),
            appeared=Interval(at(7, 30, day=13), at(7, 40, day=13)),
        ),
        {"lachin": ("Лачинский коридор",), "gas": ("подача газа",)},
    ),
    (
        EXAMPLE_TR,
        article(
            205,
            EXAMPLE_TR,
            title="Laçın koridorunda ulaşım durdu",
            text=(
                "Laçın koridorunda ulaşım 12 Aralık sabahı durdu. Dr. Yılmaz'a göre taraflar 13. gün"
                " dolmadan görüşebilir. Uzmanlar, kış koşullarının süreci zorlaştıracağını söylüyor."
            ),
            language="tr",
            published=Published(date(2022, 12, 12), at(19, 45)),
            appeared=Interval(at(19, 40), at(19, 52)),
        ),
        {"lachin": ("Laçın koridorunda",)},
    ),
    (
        EXAMPLE_GE,
        article(
            206,
            EXAMPLE_GE,
            title="ლაჩინის დერეფანში მოძრაობა შეჩერებულია",
            text=(
                "ლაჩინის დერეფანში მოძრაობა 12 დეკემბრიდან შეჩერებულია. ქ. თბილისში მოლაპარაკებებს"
                " ყურადღებით ადევნებენ თვალს. მხარეები მოვლენებს განსხვავებულად აღწერენ."
            ),
            language="ka",
            published=None,
            appeared=Interval(at(21), at(21, 16)),
        ),
        {"lachin": ("ლაჩინის დერეფანში",)},
    ),
    (
        EXAMPLE_EN,
        article(
            207,
            EXAMPLE_EN,
            title="What is known of the closed road: a timeline",
            text=(
                "Two accounts of the same road stood against each other on Monday. The U.S. and the E.U."
                " called for free movement. Neither account disputes that traffic through the"
                " Lachin corridor stopped on the morning of 12 December, nor that gas supply to the"
                " region was interrupted for a time."
            ),
            author="A. Writer",
            published=Published(date(2022, 12, 12), at(7, 55)),
            appeared=Interval(at(7, 48), at(7, 59)),
        ),
        {"lachin": ("Lachin corridor",), "gas": ("gas supply",)},
    ),
)


def _sample_findings() -> tuple[Finding, ...]:
    found = [
        finding(STATEMENT_AM, ARMENIA, "lachin", "Lachin corridor"),
        finding(STATEMENT_AZ, AZERBAIJAN, "lachin", "Laçın dəhlizi", "Laçın yolu"),
        finding(STATEMENT_RU, RUSSIA, "lachin", "Лачинский коридор"),
    ]
    for origin, told, words in PRESS:
        late = told.appeared.by < EVE
        found += [finding(told, origin, topic, *forms, late=late) for topic, forms in words.items()]
    return tuple(found)


FINDINGS = _sample_findings()
TROUBLES = (
    Trouble(
        source(
            "president-azerbaijan",
            name="President of Azerbaijan",
            kind=Kind.GOVERNMENT,
            tier=Tier.MUST_HAVE,
            speaks_for="Azerbaijan",
        ),
        Health(
            State.FAILING,
            at(21, 40),
            "cannot be had (for 10 hours; 12 visits in a row; last good visit 10 hours ago): HTTP 503. If the"
            " address opens in a browser, look for a newer one: https://president-azerbaijan.example/feed",
        ),
    ),
    Trouble(
        source(
            "government-armenia",
            name="Government of Armenia",
            kind=Kind.GOVERNMENT,
            tier=Tier.MUST_HAVE,
            speaks_for="Armenia",
        ),
        Health(
            State.BLOCKED,
            at(6, 15, day=11),
            "refuses us (for 2 days; 40 visits in a row; last good visit 2 days ago): a challenge page. Ask"
            " its owner, or look for another way in (a feed, another address):"
            " https://government-armenia.example/feed",
        ),
    ),
    Trouble(source("echo", name="Echo"), Health(State.BLANK, at(3), "gives no items although it used to")),
    Trouble(
        source("أخبار", name="أخبار اليوم"), Health(State.SILENT, at(3, day=5), "no new item for 15 days")
    ),
)

DIGEST = digest(FINDINGS, coverage=Coverage(43, TROUBLES))
QUIET = digest(topics=TOPICS[:1])
LATE = digest(
    FINDINGS,
    window=Window("2022-12-13", DUE, EVE - timedelta(days=2), DUE + timedelta(hours=3, minutes=20), missed=2),
)
ALERT = Alert(ZONE, tuple(found for found in FINDINGS if found.article.id == 203))
OVERFLOW = Overflow(ZONE, at(14), 20, FINDINGS)


def long_digest(articles: int = 500) -> Digest:
    """A digest of so many articles, after the samples, a fifth of them institutions' statements."""
    told = [(f.article, f.source, f.topic, f.evidence) for f in FINDINGS]
    findings = []
    for number in range(articles):
        pattern, origin, topic, proofs = told[number % len(told)]
        copy = article(
            1000 + number,
            origin,
            title=pattern.title,
            text=pattern.text,
            language=pattern.language,
            published=Published(date(2022, 12, 12), at(8) + timedelta(minutes=2 * number - 1)),
            appeared=Interval(at(8), at(8) + timedelta(minutes=2 * number)),
        )
        findings.append(Finding(topic, dict(TOPICS)[topic], copy, origin, proofs))
    return digest(findings, coverage=Coverage(43, TROUBLES))
