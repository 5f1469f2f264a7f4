"""An article's page: all that is known of it, each from where it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from news.article import IndexTerms, Judgement, Reading, TextOrigin
from news.errors import UnknownArticle
from news.judging import Own, Says
from news.telling import DeliveryState, Message
from news.telling import Told as Kind
from news.watch import Evidence, Field, Found, Role, Term
from storage import (
    article_page,
    articles,
    assignments,
    deliveries,
    ledger,
    notes,
    readings,
    tags,
    telling,
    topics,
    verdicts,
)
from storage.ledger import Telling
from tests.storage.desk_world import person
from tests.storage.telling_world import subscribe
from tests.storage.world import NOON, add, after, entry, tell, told

TEXT = "Мост открыт.\nHakari bridge is open."


def test_all_of_it(conn: Connection) -> None:
    add(conn, "mfa", "mfa-en")
    terms = [
        Term("мост", "ru"),
        Term("Hakari"),
        Term("open", "en"),
        Term("open", "fr"),
        Term("no", role=Role.EXCLUDED),
    ]
    topics.put(conn, "bridge", "The bridge", terms, now=NOON)
    ani, leyla = person(conn), person(conn, "Leyla")
    tell(conn, [entry("it", views=12)], 1)
    tell(conn, [entry("it", guid="other")], 5, slug="mfa-en")
    [item] = told(conn)
    proofs = (
        Evidence(Field.TEXT, 0, 4, "Мост", "мост", (0, 12)),
        Evidence(Field.TEXT, 13, 19, "Hakari", "Hakari", (13, 35)),
        Evidence(Field.TEXT, 30, 34, "open", "open", (13, 35)),
    )
    judged = Judgement("ru", None, IndexTerms(1, ()), (Found("bridge", 1, proofs),), topics.edition(conn))
    articles.store(conn, item.id, Reading("", TEXT, TextOrigin.PAGE), judged, at=after(6))
    verdicts.give(conn, item.id, ["bridge"], Says.NOISE, account=ani, at=NOON)
    verdicts.give(conn, item.id, ["bridge"], Says.RELEVANT, account=leyla, at=after(1))
    notes.add(conn, item.id, "One\n\n\ntwo", account=ani, at=NOON)
    notes.cite(conn, item.id, " Brief 7,\n p. 3 ", account=leyla, at=NOON)
    tags.put(conn, item.id, "Draft", account=ani, at=NOON)
    assignments.assign(conn, item.id, leyla, account=ani, at=NOON)
    readings.star(conn, ani, [item.id], at=NOON)
    reader = subscribe(conn, "bridge")
    hits = telling.hits_of(conn, [item.id])
    ringing = [Telling(reader, Kind.ALERT, Message("s", "t", "h"), hits)]
    assert ledger.plan_alerts(conn, ringing, now=after(7), per_hour=9, domain="wire.test") == 1
    deliveries.settle_sent(conn, deliveries.all_deliveries(conn)[0].id, answer="250 taken", now=after(8))
    topics.put(conn, "bridge", "The Hakari bridge", [*terms, Term("more")], now=NOON + timedelta(days=1))

    page = article_page.whole(conn, item.id, account=ani)
    assert (page.article.text, page.source.slug) == (TEXT, "mfa")
    assert [(each.number, each.origin) for each in page.versions] == [(1, TextOrigin.PAGE)]
    [found] = page.matches
    assert (found.name, found.match.topic_version, found.in_force) == ("The Hakari bridge", 1, 2)
    assert [(each.evidence.form, each.language) for each in found.proofs] == [
        ("Мост", "ru"),
        ("Hakari", None),
        ("open", None),
    ]
    assert [(each.source, each.sighting.views) for each in page.seen] == [("mfa", 12), ("mfa-en", None)]
    assert page.own == Own(None, NOON)
    assert article_page.whole(conn, item.id, account=leyla).own == Own()
    said = [(each.says, each.by, each.undone) for each in page.verdicts]
    assert said == [(Says.RELEVANT, "Leyla", None), (Says.NOISE, "Ani", after(1))]
    assert [(each.text, each.by) for each in page.notes] == [("One\ntwo", "Ani")]
    assert [(each.line, each.by) for each in page.uses] == [("Brief 7, p. 3", "Leyla")]
    assert [each.tag for each in page.tags] == ["draft"]
    assert page.assignment is not None
    assert (page.assignment.name, page.assignment.by) == ("Leyla", "Ani")
    [rung] = page.told
    assert (rung.recipient, rung.kind, rung.state, rung.answer) == (
        "a@one.test",
        Kind.ALERT,
        DeliveryState.SENT,
        "250 taken",
    )
    assert (rung.told_at, rung.sent_at, rung.slot) == (after(7), after(8), None)
    cited, source, at = article_page.cited(conn, item.id)
    assert (cited.id, source.slug, at) == (item.id, "mfa", after(6))


def test_one_that_is_not_there_is_said(conn: Connection) -> None:
    for ask in (lambda: article_page.whole(conn, 9, account=1), lambda: article_page.cited(conn, 9)):
        with pytest.raises(UnknownArticle):
            ask()


def test_one_that_waits_to_be_read_has_a_page_too(conn: Connection) -> None:
    add(conn, "mfa")
    tell(conn, [entry("it")], 1)
    [item] = told(conn)
    page = article_page.whole(conn, item.id, account=person(conn))
    assert (page.article.text, page.versions, page.matches) == ("", (), ())
    assert article_page.cited(conn, item.id)[2] == after(1)
