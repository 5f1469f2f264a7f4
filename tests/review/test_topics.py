"""Topics in TOML and as the command line has them: what goes out comes in, and every mistake is named."""

import pytest

from news.errors import CatalogueError, TopicError
from news.watch import Role, Term, Topic
from review import topics

FORM = """
[[topic]]
slug = "lachin-corridor"
name = "Lachin corridor"

[topic.terms]
en = ["Lachin corridor", "Berdzor corridor"]
ru = ["Лачинский коридор"]
any = ["Laçın"]

[topic.excluded]
en = ["football"]

[topic.required]
hy = ["Հայաստան"]
"""


def test_the_form() -> None:
    [topic] = topics.read_text(FORM, "here")
    assert topic == Topic(
        "lachin-corridor",
        "Lachin corridor",
        0,
        (
            Term("Lachin corridor", "en"),
            Term("Berdzor corridor", "en"),
            Term("Лачинский коридор", "ru"),
            Term("Laçın", None),
            Term("football", "en", Role.EXCLUDED),
            Term("Հայաստան", "hy", Role.REQUIRED),
        ),
    )
    assert topics.read_text(topics.write([topic]), "there") == (topic,)
    assert "Лачинский" in topics.write([topic])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("[[topic]]", "[topic]", r"here: topic: not a list"),
        (FORM, "[[topics]]\nslug = 'x'\n", r"here: topics: no such key"),
        ('slug = "lachin-corridor"', "", r"topic 1: slug: missing"),
        ("name =", "names =", r"lachin-corridor: names: no such key. Did you mean name"),
        ("en = [", "en = 3 #", r"terms: not lists of texts"),
        ('slug = "lachin', 'slug = "Lachin', r"here: Lachin-corridor: that is no slug"),
        ("ru = [", "xx = [", r"'xx' is no language of ours"),
        ('any = ["Laçın"]', 'any = ["?!"]', r"'\?!' has no letter"),
        ("[topic.terms]", "[topic.excludes]", r"excludes: no such key"),
        (FORM, FORM * 2, "the slug stands twice"),
        ("[topic.terms]", "[topic.terms", "not TOML"),
    ],
)
def test_mistakes(old: str, new: str, why: str) -> None:
    assert old in FORM
    with pytest.raises(CatalogueError, match=why):
        topics.read_text(FORM.replace(old, new), "here")


def test_terms_are_kept_as_all_text_is_and_once() -> None:
    made = topics.topic("t", " T\n", [Term("  La\u0063\u0327\u0131n\n koridoru "), Term("Laçın koridoru")])
    assert (made.name, made.terms) == ("T", (Term("Laçın koridoru"),))
    with pytest.raises(TopicError, match="more than 200"):
        topics.topic("t", "", [Term("word " * 50)])


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("en:Lachin corridor", Term("Lachin corridor", "en")),
        ("any:en:x", Term("en:x", None)),
        ("Lachin", Term("Lachin", None)),
        ("UN: a statement", Term("UN: a statement", None)),
    ],
)
def test_terms_of_the_command_line(written: str, term: Term) -> None:
    assert topics.parse_term(written, Role.NAME) == term
