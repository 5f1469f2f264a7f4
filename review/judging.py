"""What people say of articles, each as one unit of work with its line in the audit log.

A person's own readings are not in that log: they are nobody else's. Of what was written the log keeps where
it stood, never the words: they go with the article when it is removed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from news.errors import NothingToJudge, UnknownRemark, UnknownTopic
from news.judging import Assignment, Note, Says, Use
from news.people import Account, Actor, Role
from storage import accounts, assignments, audit, inbox, notes, tags, verdicts
from storage.database import Connection

ARTICLE = "article"


def judge(
    conn: Connection,
    actor: Actor,
    articles: Collection[int],
    says: Says | None,
    *,
    topics: Collection[str] = (),
    now: datetime,
) -> None:
    """Say it of these articles (None: nothing any more), each under those of its topics that are among
    `topics` (none given: under all it was found for).

    Raises UnknownArticle; NothingToJudge for one that no topic was found in; UnknownTopic.
    """
    listed = inbox.topics_of(conn, articles)
    for article in dict.fromkeys(articles):
        found = listed.get(article, ())
        under = [topic for topic in found if topic in topics] if topics and found else found
        if not under and not topics:
            raise NothingToJudge(id=article)
        judge_under(conn, actor, article, under or list(topics), says, now=now)


def judge_under(
    conn: Connection, actor: Actor, article: int, topics: Collection[str], says: Says | None, *, now: datetime
) -> None:
    """Say it of an article under these topics, whether or not they were found in it (None: nothing any more).

    Raises UnknownArticle, UnknownTopic.
    """
    assert actor.account is not None
    for topic in topics:
        if "\x00" in topic:  # PostgreSQL cannot even be asked for it
            raise UnknownTopic(slug=topic)
    before: Mapping[str, Says | None]
    if says is None:
        before = verdicts.undo(conn, article, topics, account=actor.account, at=now)
    else:
        before = verdicts.give(conn, article, topics, says, account=actor.account, at=now)
    changed = {topic: said for topic, said in before.items() if said is not says}
    if changed:
        after = dict.fromkeys(changed, says)
        audit.record(conn, actor, "judged", ARTICLE, article, now=now, before=changed, after=after)


def add_note(conn: Connection, actor: Actor, article: int, text: str, *, now: datetime) -> Note:
    """Raises UnknownArticle, RemarkError."""
    assert actor.account is not None
    note = notes.add(conn, article, text, account=actor.account, at=now)
    audit.record(conn, actor, "wrote a note", ARTICLE, article, now=now, after={"note": note.id})
    return note


def remove_note(conn: Connection, actor: Actor, account: Account, number: int, *, now: datetime) -> int:
    """Take away a note of one's own, or as an administrator anybody's; the article's number.

    Raises UnknownRemark, also where it is another's.
    """
    note = notes.get(conn, number)
    if note.account != account.id and account.role is not Role.ADMINISTRATOR:
        raise UnknownRemark(kind="note of yours", id=number)
    notes.remove(conn, number)
    before = {"note": number, "by": note.by}
    audit.record(conn, actor, "removed a note", ARTICLE, note.article, now=now, before=before)
    return note.article


def add_use(conn: Connection, actor: Actor, article: int, line: str, *, now: datetime) -> Use:
    """Raises UnknownArticle, RemarkError."""
    assert actor.account is not None
    use = notes.cite(conn, article, line, account=actor.account, at=now)
    audit.record(conn, actor, "said where it is used", ARTICLE, article, now=now, after={"use": use.id})
    return use


def remove_use(conn: Connection, actor: Actor, article: int, number: int, *, now: datetime) -> None:
    """Raises UnknownRemark."""
    if all(use.id != number for use in notes.uses_of(conn, article)):
        raise UnknownRemark(kind="use", id=number)
    notes.remove_use(conn, number)
    audit.record(conn, actor, "took back a use", ARTICLE, article, now=now, before={"use": number})


def tag(conn: Connection, actor: Actor, article: int, written: str, *, now: datetime) -> str:
    """The tag as it is kept. Raises UnknownArticle, RemarkError."""
    assert actor.account is not None
    there = {each.tag for each in tags.of_article(conn, article)}
    kept = tags.put(conn, article, written, account=actor.account, at=now)
    if kept not in there:
        audit.record(conn, actor, "tagged", ARTICLE, article, now=now, after={"tags": len(there) + 1})
    return kept


def untag(conn: Connection, actor: Actor, article: int, kept: str, *, now: datetime) -> bool:
    """Whether it was on. Raises RemarkError."""
    was = tags.take_off(conn, article, kept)
    if was:
        audit.record(conn, actor, "untagged", ARTICLE, article, now=now)
    return was


def assign(conn: Connection, actor: Actor, article: int, assignee: int | None, *, now: datetime) -> None:
    """Raises UnknownArticle, UnknownAccount."""
    assert actor.account is not None
    had = assignments.of_article(conn, article)
    assignments.assign(conn, article, assignee, account=actor.account, at=now)
    if (had.assignee if had else None) != assignee:
        whose = None if assignee is None else accounts.get(conn, assignee).name
        before, after = {"assignee": _name(had)}, {"assignee": whose}
        audit.record(conn, actor, "assigned", ARTICLE, article, now=now, before=before, after=after)


def _name(given: Assignment | None) -> str | None:
    return given.name if given else None
