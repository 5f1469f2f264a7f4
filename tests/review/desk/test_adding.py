"""Sources added at the desk: looked for on a real site, tried, proposed, taken from files; pages clipped."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from html import unescape

import pytest

from egress.door import Door
from egress.guard import Guard
from news.article import Brought
from news.people import Role
from news.source import Kind, Source
from news.watch import Role as TermRole
from news.watch import Term
from review import opml
from storage import articles, audit, sources, topics
from storage.database import Connection
from tests.review.desk.sitting import START, Sitting, hidden
from tests.review.desk.test_sources import AGENCY, MFA, form_of, given
from tests.web import Item, Reply, Web, article, rss, serving

HOST = "agency.am"
WORDS = "The ministry said that traffic on the Lachin road had stopped and that talks would go on."
HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} \"'"
RSS = {"Content-Type": "application/rss+xml"}


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as made:
        yield made


@pytest.fixture
def site(desk: Sitting, web: Web) -> Web:
    """A site with a feed, a list with dates, and a page for each; the desk's door leads there."""
    web.pages.clear()
    web.asked.clear()
    links = [web.put(HOST, f"/news/{number}", article(f"Report {number}", WORDS)) for number in range(6)]
    titles = [f"Report {number} from the road" for number in range(5)] + [HOSTILE]
    items = [Item(title, link, guid=link) for title, link in zip(titles, links, strict=True)]
    web.put(HOST, "/rss", Reply(rss(items), headers=RSS))
    listed = "".join(
        f"<div class=item><span class=date>{12 - number:02}.12.2022</span>"
        f"<h3 class=title><a href='{link}'>{title.replace('<', '&lt;')}</a></h3></div>"
        for number, (title, link) in enumerate(zip(titles, links, strict=True))
    )
    feed = "<link rel=alternate type=application/rss+xml href=/rss>"
    head = f"<title>{HOSTILE.replace('<', '&lt;')}</title>{feed}"
    home = f"<!doctype html><html lang=en><head>{head}</head><body><main>{listed}</main></body></html>"
    web.put(HOST, "/", home)
    web.put(HOST, "/list", home.replace("rel=alternate", "rel=other"))
    hosts = {**web.hosts(), "slow.am": "127.0.0.1"}
    desk.door = lambda: Door(Guard((f"127.0.0.1:{web.port}",)), hosts=hosts)
    return web


async def looked(desk: Sitting, url: str) -> str:
    """The page of a look, once it has ended."""
    begun = await desk.post("/sources/-/add", url=url)
    assert begun.status_code == 303, begun.text
    for _ in range(600):
        page = (await desk.get(begun.headers["location"])).text
        if "aria-busy" not in page:
            return page
        await asyncio.sleep(0.05)
    raise AssertionError(page)


async def test_a_site_is_looked_at_and_its_best_way_in_added(desk: Sitting, site: Web) -> None:
    await desk.as_(Role.ANALYST, "Anahit")
    page = await looked(desk, site.url(HOST, "/"))
    assert page.index("Feed") < page.index("List page") or "List page" not in page
    assert "Report 0 from the road" in page
    assert "reads well" in page
    assert "<img src=x" not in page
    way = unescape(re.findall(r'href="(/sources/-/new\?look=[^"]+)"', page)[0])
    form = (await desk.get(way)).text
    assert "<img src=x" not in form
    assert f'value="{site.url(HOST, "/rss")}"' in form
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'name="([\w.]+)" type="\w+" value="([^"]*)"', form)
    }
    fields |= {"kind": "agency", "tier": "must-have", "name": "Agency", "spider": "feed", "do": "save"}
    saved = await desk.post("/sources/-/new", **fields)
    assert saved.status_code == 303, saved.text
    [source] = await desk.desk.database.read(sources.all_sources)
    assert (source.url, source.country, source.zone) == (site.url(HOST, "/rss"), "AM", "Asia/Yerevan")
    [line] = await desk.desk.database.read(audit.changes, noun="source")
    assert (line.action, line.actor.name, line.key) == ("added", "Anahit", source.slug)
    assert "This is collected already" in await looked(desk, site.url(HOST, "/"))


async def test_a_feeds_own_address_is_one_way(desk: Sitting, site: Web) -> None:
    await desk.as_(Role.ANALYST)
    page = await looked(desk, site.url(HOST, "/rss"))
    assert "1 way in works" in page
    assert "6 items" in page


async def test_what_cannot_be_had_is_said_plainly(desk: Sitting, site: Web) -> None:
    await desk.as_(Role.ANALYST)
    assert "127.0.0.1" in await looked(desk, "http://127.0.0.1:9/")
    assert "site&#39;s new name" in await looked(desk, "http://nowhere.invalid/")
    for wrong in ("", "javascript:alert(1)", "ftp://agency.am/"):
        answer = await desk.post("/sources/-/add", url=wrong)
        assert answer.status_code == 422, wrong
        assert 'role="alert"' in answer.text


async def test_a_slow_site_ends_with_what_was_found_by_then(desk: Sitting, site: Web) -> None:
    site.put("slow.am", "*", Reply("", hang=20))
    desk.app.state.looks.longest = 0.3
    await desk.as_(Role.ANALYST)
    page = await looked(desk, site.url("slow.am", "/"))
    assert "Time was up" in page
    desk.app.state.looks.longest = 20


async def test_a_look_is_its_visitors_own_and_there_are_few_at_once(desk: Sitting, site: Web) -> None:
    site.put("slow.am", "*", Reply("", hang=20))
    desk.app.state.looks.longest = 1.0
    await desk.as_(Role.ANALYST, "Anahit")
    begun = [await desk.post("/sources/-/add", url=site.url("slow.am", "/")) for _ in range(4)]
    assert [each.status_code for each in begun] == [303, 303, 303, 429]
    await desk.as_(Role.ANALYST, "Leyla")
    assert (await desk.get(begun[0].headers["location"])).status_code == 404


async def test_rules_are_tried_against_the_page_and_nothing_is_saved(desk: Sitting, site: Web) -> None:
    await desk.as_(Role.ANALYST)
    source = Source("list", "list", "List", Kind.AGENCY, site.url(HOST, "/list"), "listing")
    rules = {"rules.item": "div.item", "rules.title": "h3", "rules.date": ".date", "do": "try"}
    page = (await desk.post("/sources/-/new", **form_of(source, **rules))).text
    found = page.split('id="found"')[1]
    assert "6 items" in found
    assert "100 % with a date" in found
    assert "Report 3 from the road" in found
    assert "9 Dec 2022" in found
    assert "<img src=x" not in found
    none = (await desk.post("/sources/-/new", **form_of(source, **rules | {"rules.item": "div.gone"}))).text
    assert "Look at rules.item" in none
    assert await desk.desk.database.read(sources.all_sources) == ()


async def test_rules_are_proposed_by_an_article_of_the_list(desk: Sitting, site: Web) -> None:
    await desk.as_(Role.ANALYST)
    source = Source("list", "list", "List", Kind.AGENCY, site.url(HOST, "/list"))
    fields = form_of(source, do="propose", example="Report 2 from the road")
    page = (await desk.post("/sources/-/new", **fields)).text
    assert re.search(r'name="rules.item" type="text" value="[^"]+"', page)
    assert '<option value="listing" selected>' in page
    assert "6 items" in page
    missing = (await desk.post("/sources/-/new", **fields | {"example": "No such title"})).text
    assert "No such title" in missing.split('id="found"')[1]


async def test_a_slow_list_is_given_up_with_a_message(desk: Sitting, site: Web) -> None:
    site.put("slow.am", "*", Reply("", hang=20))
    await desk.as_(Role.ANALYST)
    source = Source("slow", "slow", "Slow", Kind.AGENCY, site.url("slow.am", "/rss"))
    object.__setattr__(desk.desk, "patience", 0.3)
    page = (await desk.post("/sources/-/new", **form_of(source, do="try"))).text
    assert "has not answered in full within 0.3 s" in page


OPML = """<?xml version="1.0"?><opml version="2.0"><body>
<outline text="News" xmlUrl="https://one.example/rss"/>
<outline text="&lt;script&gt;alert(1)&lt;/script&gt;" xmlUrl="https://two.example/rss"/>
<outline text="Known" xmlUrl="https://agency.example/rss"/></body></opml>"""


async def upload(desk: Sitting, name: str, body: str, **more: str) -> tuple[int, str]:
    files = {"file": (name, body.encode())}
    answer = await desk.client.post("/sources/-/file", data={"csrf": desk.csrf, **more}, files=files)
    return answer.status_code, answer.text


async def test_an_opml_file_is_looked_through_then_taken(desk: Sitting) -> None:
    await given(desk, AGENCY)
    await desk.as_(Role.ANALYST)
    status, page = await upload(desk, "feeds.opml", OPML, kind="broadcaster")
    assert status == 200
    assert "2 sources" in page
    assert "<script>alert" not in page
    assert len(await desk.desk.database.read(sources.all_sources)) == 1
    toml, slugs = unescape(hidden(page, "toml")), re.findall(r'name="take" value="([^"]+)"', page)
    fields = {"toml": toml, "name": "feeds.opml", "boxes": "1", "take": slugs[:1]}
    assert (await desk.post("/sources/-/file/take", **fields)).status_code == 303
    there = await desk.desk.database.read(sources.all_sources)
    assert [each.url for each in there] == ["https://agency.example/rss", "https://one.example/rss"]
    assert there[1].kind is Kind.BROADCASTER


async def test_a_toml_file_says_what_it_changes(desk: Sitting) -> None:
    await given(desk, MFA, AGENCY)
    await desk.as_(Role.ANALYST)
    exported = (await desk.get("/sources/-/sources.toml")).text
    changed = exported.replace('name = "Agency"', 'name = "The Agency"')
    status, page = await upload(desk, "sources.toml", changed)
    assert status == 200
    assert page.count("changes the one there is") == 1
    assert page.count("as it is already") == 1
    fields = {"toml": unescape(hidden(page, "toml")), "name": "sources.toml"}
    await desk.post("/sources/-/file/take", **fields)
    [line] = await desk.desk.database.read(audit.changes, noun="source")
    assert line.after == {"name": "The Agency"}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.opml", "<opml"),
        ("a.opml", '<!DOCTYPE x [<!ENTITY a "b">]><opml version="2.0"/>'),
        ("a.opml", '<?xml version="1.0" encoding="nonsense"?><opml/>'),
        ("a.toml", "[[sorce]]"),
        ("a.toml", "\x00"),
        ("a.toml", ""),
        ("<b>.toml", "[[source]]\nslug = '<script>alert(1)</script>'"),
    ],
)
async def test_a_file_that_cannot_be_used_says_why(desk: Sitting, name: str, body: str) -> None:
    await desk.as_(Role.ANALYST)
    status, page = await upload(desk, name, body)
    assert status == 422
    assert 'role="alert"' in page
    assert "<script>alert" not in page


async def test_what_goes_out_comes_in_again(desk: Sitting) -> None:
    await given(desk, MFA, AGENCY)
    await desk.as_(Role.READER)
    written = (await desk.get("/sources/-/sources.opml")).content
    assert [each.url for each in opml.read(written, "out", kind="agency", known=())] == [AGENCY.url, MFA.url]
    table = await desk.get("/sources/-/list.csv")
    assert "agency" in table.text
    assert table.headers["content-disposition"] == 'attachment; filename="sources.csv"'
    assert (await desk.get("/sources/-/list.xlsx")).content[:2] == b"PK"
    lines = [json.loads(line) for line in (await desk.get("/sources/-/list.jsonl")).text.splitlines()]
    assert [each["slug"] for each in lines] == ["mfa-am", "agency"]


async def watched(desk: Sitting) -> None:
    def unit(conn: Connection) -> None:
        terms = (Term("Lachin", "en", TermRole.NAME),)
        topics.put(conn, "lachin", "Lachin", terms, now=START)

    await desk.desk.database.write(unit)


async def test_a_page_is_clipped_by_its_address_and_judged(desk: Sitting, site: Web) -> None:
    await watched(desk)
    await desk.as_(Role.ANALYST, "Anahit")
    fields = {"url": site.url(HOST, "/news/1"), "said_by": HOSTILE, "on": "2022-12-11"}
    page = (await desk.post("/clip", **fields)).text
    assert "Kept:" in page
    assert "Topics found in it: lachin" in page
    assert "<img src=x" not in page
    [item] = await desk.desk.database.read(articles.items)
    assert (item.brought, item.said_by, item.title) == (Brought.CLIP, HOSTILE, "Report 1")
    [line] = await desk.desk.database.read(audit.changes, noun="article")
    assert (line.actor.name, line.action) == ("Anahit", "clipped")
    again = (await desk.post("/clip", **fields)).text
    assert "Known already" in again


async def test_a_text_is_clipped_as_it_was_pasted(desk: Sitting, site: Web) -> None:
    await given(desk, MFA)
    await desk.as_(Role.ANALYST)
    fields = {"text": f"Statement\n\n{WORDS}", "source": "mfa-am", "on": "2022-12-12T14:05", "quiet": "true"}
    page = (await desk.post("/clip", **fields)).text
    assert "Kept:" in page
    [item] = await desk.desk.database.read(articles.items)
    assert item.source == "mfa-am"
    assert item.published is not None
    assert item.published.at is not None
    assert item.published.at.isoformat() == "2022-12-12T10:05:00+00:00"  # Asia/Yerevan


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"url": "javascript:alert(1)"},
        {"url": "http://127.0.0.1:9/"},
        {"text": "words", "source": "no-such"},
        {"text": "words", "on": "the day before"},
    ],
)
async def test_what_cannot_be_clipped_says_why_and_keeps_what_was_typed(
    desk: Sitting, site: Web, fields: dict[str, str]
) -> None:
    await desk.as_(Role.ANALYST)
    answer = await desk.post("/clip", **fields, title="My title")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="My title"' in answer.text
    assert await desk.desk.database.read(articles.items) == ()


async def test_the_bookmark_is_text_never_a_link(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST)
    page = (await desk.get("/clip", url='https://a.example/?q="><script>', title=HOSTILE)).text
    assert "javascript:void(location.href=&#39;http://127.0.0.1:8000/clip&#39;" in page
    assert 'href="javascript' not in page
    assert "<script>" not in page
    assert "<img src=x" not in page
