"""Topics in TOML and as the command line has them: what goes out comes in, and every mistake is named."""

import pytest

from news.errors import CatalogueError, TopicError
from news.watch import Role, Stands, Term, Topic
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


FINER = """
[[topic]]
slug = "lachin"
name = "Lachin"
mentions = 2

[topic.terms]
en = ["Lachin corridor"]

[topic.in_context]
en = ["Berdzor"]

[topic.in_phrase]
en = ["corridor", "road"]

[[topic]]
slug = "experts"
name = "For experts"
query = '''
("Lachin corridor" OR (Lachin NEAR/6 road))
AND NOT "FK Qarabağ"
'''
"""


def test_forms_that_need_company_mentions_and_queries() -> None:
    lachin, experts = topics.read_text(FINER, "here")
    assert (lachin.mentions, lachin.terms[1:]) == (
        2,
        (
            Term("Berdzor", "en", Role.NAME, Stands.CONTEXT),
            Term("corridor", "en", Role.NAME, Stands.PHRASE),
            Term("road", "en", Role.NAME, Stands.PHRASE),
        ),
    )
    assert (experts.terms, experts.query.splitlines()[1]) == ((), 'AND NOT "FK Qarabağ"')
    assert topics.read_text(topics.write([lachin, experts]), "there") == (lachin, experts)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("mentions = 2", 'mentions = "2"', r"here: lachin: mentions: not '2'. Write a number."),
        ("mentions = 2", "mentions = true", r"mentions: not True"),
        ("mentions = 2", "mentions = 0", r"lachin: 0 mentions are none"),
        ("mentions = 2", 'query = "x"', r"lachin: it has terms and a query"),
        ("AND NOT", "NOT", "(?s)experts: its query cannot be read at character 45: expected AND, .*\n +\\^"),
        ("AND NOT", "OR NOT", r"experts: its query would match almost everything: NOT alone"),
        (
            '["Lachin corridor"]',
            '["of the"]',
            r"the term 'of the' is of words that stand in almost every text",
        ),
    ],
)
def test_mistakes_in_the_finer_form(old: str, new: str, why: str) -> None:
    assert old in FINER
    with pytest.raises(CatalogueError, match=why):
        topics.read_text(FINER.replace(old, new), "here")


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
