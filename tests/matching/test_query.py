"""The query form: what is read, what is refused and where, and what answers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import tokens
from matching.boolean import (
    All,
    AtLeast,
    Either,
    Facet,
    InTitle,
    Leaf,
    Near,
    Node,
    Not,
    Pin,
    leaves,
    required,
)
from matching.checking import check
from matching.keys import Analysis
from matching.query import DEEPEST, LONGEST, MOST_LEAVES, parse
from matching.topics import CompiledTopics
from news.errors import QuerySyntaxError, TopicError
from news.watch import Facts, Topic

ANALYSIS = Analysis(("en", "ru", "tr", "az"))
A, B, C = Leaf("alpha"), Leaf("beta"), Leaf("gamma")


def topic(query: str, mentions: int = 1) -> Topic:
    return Topic("t", "T", 1, (), query, mentions)


def forms(
    query: str,
    text: str,
    title: str = "",
    *,
    language: str | None = "en",
    facts: Facts = Facts(),  # noqa: B008 - frozen
    mentions: int = 1,
) -> list[str]:
    found = CompiledTopics(ANALYSIS, [topic(query, mentions)]).found(title, text, language, facts)
    return [span.form for each in found for span in each.evidence]


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("alpha", A),
        ("alpha OR beta AND gamma", Either((A, All((B, C))))),
        ("(alpha OR beta) AND gamma", All((Either((A, B)), C))),
        ("alpha AND NOT beta", All((A, Not(B)))),
        ("NOT NOT alpha", Not(Not(A))),
        ("alpha NEAR/3 beta AND gamma", All((Near(A, B, 3, False), C))),
        ("alpha ORDERED/2 (beta OR gamma)", Near(A, Either((B, C)), 2, True)),
        ("alpha NEAR/1 beta NEAR/2 gamma", Near(Near(A, B, 1, False), C, 2, False)),
        ("ATLEAST/3 (alpha OR beta)", AtLeast(3, Either((A, B)))),
        ("title:alpha AND beta", All((InTitle(A), B))),
        ("title:(alpha OR beta)", InTitle(Either((A, B)))),
        ("=Alpha OR corrid*", Either((Leaf("Alpha", Pin.EXACT), Leaf("corrid", Pin.PREFIX)))),
        ('="alpha beta"', Leaf("alpha beta", Pin.EXACT)),
        ("«alpha beta» OR “gamma” OR „beta“", Either((Leaf("alpha beta"), C, B))),
        ('kind:"think tank" AND alpha', All((Facet("kind", "think tank"), A))),
        ("LANG:RU AND alpha", All((Facet("language", "ru"), A))),
        ("Lachin-Khankendi", Leaf("Lachin-Khankendi")),
    ],
)
def test_what_is_read(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "place", "problem"),
    [
        ("", 1, "it is empty"),
        ("Lachin corridor", 8, "expected AND, OR, NEAR/n or ORDERED/n before 'corridor'"),
        ("Lachin and corridor", 8, "before 'and'"),
        ("alpha AND", 10, 'expected a word, a phrase in quotes, or "(", found the end'),
        ("OR alpha", 1, "found 'OR'"),
        ("(alpha OR beta", 1, "is never closed"),
        ("alpha)", 6, "closes nothing"),
        ("()", 2, "found ')'"),
        ('alpha AND "beta', 11, "this quote is never closed"),
        ("alpha NEAR beta", 7, "expected NEAR/n, where n is 1 to 100"),
        ("alpha NEAR/0 beta", 7, "expected NEAR/n"),
        ("alpha ORDERED/101 beta", 7, "expected ORDERED/n"),
        ("alpha NEAR/3 (beta AND gamma)", 14, "NEAR takes words, phrases, and groups of them with OR"),
        ("(NOT alpha) NEAR/3 beta", 1, "NEAR takes words"),
        ("ATLEAST/1 alpha", 1, "expected ATLEAST/n"),
        ("ATLEAST/2 (alpha AND beta)", 11, "ATLEAST takes words"),
        ("lac*", 1, "needs 4 letters or more"),
        ("two-word*", 1, "goes after the beginning of one word"),
        ("alpha OR …", 10, "there is no letter or digit in '…'"),
        ("foo:alpha", 1, "foo: is no field; there are title:, source:"),
        ("alpha AND kind:minstry", 16, "kind: knows ministry,"),
        ("lang:xx AND alpha", 6, "lang: knows ar, az,"),
        ("source:(alpha)", 8, "expected a value after source:"),
        ("alpha\nAND\n(beta gamma)", 17, "expected AND, OR, NEAR/n, ORDERED/n or \")\", found 'gamma'"),
    ],
)
def test_a_mistake_is_shown_in_its_place(query: str, place: int, problem: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(query)
    assert (caught.value.place, problem in caught.value.problem) == (place, True), caught.value.problem
    line, caret = caught.value.picture.splitlines()
    shown = query.splitlines()[query[: place - 1].count("\n")] if query else ""
    assert line == f"  {shown}"
    assert caret.index("^") - 2 == place - 1 - (query.rfind("\n", 0, place - 1) + 1)


def test_a_long_line_is_shown_around_the_place() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(" OR ".join(["alpha"] * 60) + " beta")
    line, caret = caught.value.picture.splitlines()
    assert line.startswith("  …")
    assert line[caret.index("^") :] == "beta"


@pytest.mark.parametrize(
    "query",
    [
        "(" * 10_000,
        "(" * 10_000 + "a" + ")" * 10_000,
        "NOT " * 4_000 + "a",
        "title:" * 3_000 + "a",
        "a" * 1_000_000,
        " OR ".join(["alpha"] * (MOST_LEAVES + 1)),
        '"' * 999,
        "\ud800 AND",
        "".join(map(chr, range(32))) + " alpha beta",
        "NEAR/" + "9" * 15_000,
        "=" * 9_999,
    ],
)
def test_hostile_queries_are_refused_in_words(query: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(query)
    assert len(str(caught.value)) < 1_000


def test_the_limits_themselves_are_read() -> None:
    assert parse("(" * DEEPEST + "alpha" + ")" * DEEPEST) == A
    assert len({*leaves(parse(" OR ".join(f"w{n}" for n in range(MOST_LEAVES))))}) == MOST_LEAVES
    assert parse("a" * LONGEST) == Leaf("a" * LONGEST)


PIECES = ("alpha", "beta", "(", ")", "AND", "OR", "NOT", "NEAR/2", "ORDERED/3", "ATLEAST/2", '"', "=", "*")
FIELDS = ("title:", "source:x", "kind:ministry", "corr*", "«", "»", "\n")


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES + FIELDS), max_size=12).map(" ".join)))
def test_every_text_is_a_query_or_is_refused(query: str) -> None:
    with suppress(QuerySyntaxError):
        assert isinstance(parse(query), Node)


def test_the_words_of_the_issue() -> None:
    query = (
        '("Lachin corridor" OR "Lachin road" OR (Lachin NEAR/6 (road OR highway OR checkpoint)))'
        ' AND NOT (football OR "FK Qarabağ")'
    )
    check(topic(query))
    assert forms(query, "Traffic on the Lachin corridor stopped") == ["Lachin corridor"]
    text = "The road that leads to Lachin is closed."
    assert forms(query, text) == ["road", "Lachin"]
    assert forms(query, "Lachin, and a good many other words before a road") == []
    assert forms(query, text + " FK Qarabağ won.") == []
    assert forms(query, "Checkpoints near Lachin; footballs") == []


def test_near_takes_either_order_and_ordered_one() -> None:
    assert forms("alpha NEAR/1 beta", "beta x alpha") == ["beta", "alpha"]
    assert forms("alpha NEAR/1 beta", "beta x x alpha") == []
    assert forms("alpha ORDERED/1 beta", "beta x alpha") == []
    assert forms("alpha ORDERED/1 beta", "beta alpha x beta") == ["alpha", "beta"]
    assert forms("alpha NEAR/9 beta", "alpha", title="beta") == [], "title and text are apart"
    assert forms("Lachin NEAR/2 Lachin", "Lachin") == [], "one word is not near itself"


def test_pinned_forms_and_beginnings() -> None:
    assert forms("=corridor", "Corridors. CORRIDOR") == ["CORRIDOR"]
    assert forms("=Laçın", "Laçın'da LAÇIN Laçında", language="az") == ["LAÇIN"]
    assert forms("=Lacin", "Laçın") == []
    assert forms("Лачин*", "ЛАЧИНСКИЙ коридор, Лачине", language="ru") == ["ЛАЧИНСКИЙ", "Лачине"]
    assert forms("lachi*", "Lachin, Lachín and Lach") == ["Lachin", "Lachín"]
    assert forms('="Lachin roads"', "Lachin road, Lachin roads") == ["Lachin roads"]


def test_fields() -> None:
    ministry = Facts("mfa-az", "ministry", "must-have", "AZ")
    assert forms("kind:ministry AND alpha", "alpha", facts=ministry) == ["alpha"]
    assert forms("kind:agency AND alpha", "alpha", facts=ministry) == []
    assert forms("NOT country:az AND alpha", "alpha", facts=ministry) == []
    assert forms("NOT country:az AND alpha", "alpha") == ["alpha"]
    assert forms("(tier:must-have OR source:ria) AND alpha", "alpha", facts=ministry) == ["alpha"]
    assert forms("lang:en AND alpha", "alpha") == ["alpha"]
    assert forms("lang:ru AND alpha", "alpha") == []
    assert forms("title:alpha AND beta", "alpha beta") == []
    assert forms("title:alpha AND beta", "beta", title="alpha") == ["alpha", "beta"]


def test_mentions() -> None:
    assert forms("ATLEAST/3 (alpha OR beta)", "alpha beta") == []
    assert forms("ATLEAST/3 (alpha OR beta)", "alpha beta alpha") == ["alpha", "beta", "alpha"]
    assert forms('ATLEAST/2 ("alpha beta" OR beta)', "alpha beta") == [], "they overlap"
    assert forms("alpha OR beta", "alpha beta", mentions=3) == []
    assert forms("alpha OR beta", "alpha beta", title="beta", mentions=3) == ["beta", "alpha", "beta"]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("NOT alpha", "NOT alone is true of every text that lacks the words"),
        ("alpha OR NOT beta", "NOT alone"),
        ("kind:ministry", "kind:ministry alone asks for no word"),
        ("alpha OR lang:ru", "lang:ru alone"),
        ("the", "'the' stands in almost every text"),
        ('"of the" OR alpha', "'of the' stands in almost every text"),
        ("ATLEAST/2 the", "'the' stands"),
        ("alpha OR (kind:agency AND NOT beta)", "kind:agency alone"),
        ("alpha AND", "cannot be read at character 10"),
    ],
)
def test_what_would_match_almost_everything_is_refused(query: str, problem: str) -> None:
    with pytest.raises(TopicError, match="topic 't': ") as caught:
        check(topic(query))
    assert problem in str(caught.value)


def test_what_needs_a_word_is_watched() -> None:
    for query in (
        "the AND alpha",
        "alpha NEAR/2 the",
        "NOT beta AND alpha",
        "WHO",
        "NOT NOT a AND bb",
    ):
        check(topic(query))


# A naive reading as an oracle: no leaf index, no presearch, places by looking at all pairs.
LETTERS = ("ab", "cd", "ef", "gh")


def trees() -> st.SearchStrategy[Node]:
    leaf = st.sampled_from([Leaf(word) for word in LETTERS] + [Leaf("ab cd")])
    placed = st.recursive(
        leaf,
        lambda node: st.one_of(
            st.builds(Near, node, node, st.integers(1, 3), st.booleans()),
            st.lists(node, min_size=2, max_size=3).map(lambda of: Either(tuple(of))),
        ),
        max_leaves=4,
    )
    return st.recursive(
        st.one_of(placed, st.builds(AtLeast, st.integers(2, 3), placed), st.just(Facet("kind", "ministry"))),
        lambda node: st.one_of(
            node.map(Not),
            node.map(InTitle),
            st.lists(node, min_size=2, max_size=3).map(lambda of: All(tuple(of))),
            st.lists(node, min_size=2, max_size=3).map(lambda of: Either(tuple(of))),
        ),
        max_leaves=6,
    )


def written(node: Node) -> str:
    """A tree as a query."""
    match node:
        case Leaf(text):
            return f'"{text}"'
        case Facet(field, value):
            return f"{field}:{value}"
        case Not(of):
            return f"(NOT {written(of)})"
        case InTitle(of):
            return f"title:({written(of)})"
        case AtLeast(count, of):
            return f"ATLEAST/{count} ({written(of)})"
        case Near(before, after, apart, ordered):
            operator = "ORDERED" if ordered else "NEAR"
            return f"({written(before)} {operator}/{apart} {written(after)})"
        case All(of) | Either(of):
            return f"({(' AND ' if isinstance(node, All) else ' OR ').join(map(written, of))})"


Spot = tuple[int, int, int]


def spots(node: Node, words: Sequence[Sequence[str]]) -> set[Spot]:
    match node:
        case Leaf(text):
            wanted = text.split()
            return {
                (order, at, at + len(wanted) - 1)
                for order, part in enumerate(words)
                for at in range(len(part))
                if list(part[at : at + len(wanted)]) == wanted
            }
        case Near(before, after, apart, ordered):
            return {
                (one[0], min(one[1], other[1]), max(one[2], other[2]))
                for one in spots(before, words)
                for other in spots(after, words)
                if one[0] == other[0]
                if 0 <= other[1] - one[2] - 1 <= apart
                or (not ordered and 0 <= one[1] - other[2] - 1 <= apart)
            }
        case Either(of) | All(of):
            return set().union(*(spots(child, words) for child in of))
        case InTitle(of):
            return spots(of, (words[0], ()))
    raise AssertionError(node)


def answers(node: Node, words: Sequence[Sequence[str]], kind: str) -> bool:
    match node:
        case Not(of):
            return not answers(of, words, kind)
        case All(of):
            return all(answers(child, words, kind) for child in of)
        case Facet(_, value):
            return kind == value
        case InTitle(of):
            return answers(of, (words[0], ()), kind)
        case AtLeast(count, of):
            return most_apart(spots(of, words)) >= count
        case Either(of):
            return any(answers(child, words, kind) for child in of)
    return bool(spots(node, words))


def most_apart(found: set[Spot]) -> int:
    """The largest number that do not overlap, by the rule of earliest end."""
    count, last = 0, (-1, -1)
    for order, first, end in sorted(found, key=lambda spot: (spot[0], spot[2])):
        if (order, first) > last:
            count, last = count + 1, (order, end)
    return count


def texts() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([*LETTERS, "xx"]), max_size=9)


@settings(max_examples=400)
@given(trees(), texts(), texts(), st.sampled_from(["ministry", "agency"]))
def test_a_query_answers_as_read_naively(node: Node, title: list[str], text: list[str], kind: str) -> None:
    if required(node) is None:
        return  # refused where it is written
    read = parse(written(node))
    compiled = CompiledTopics(Analysis(()), [topic(written(node))])
    found = compiled.found(" ".join(title), " ".join(text), None, Facts(kind=kind))
    expected = answers(node, (title, text), kind)
    assert bool(found) == expected, (read, title, text)
    for each in found:
        for span in each.evidence:
            part = " ".join(title if span.field == "title" else text)
            assert part[span.start : span.end] == span.form
            assert tokens.forms(span.form) == span.term.split()


@given(trees(), texts(), st.sampled_from(["ministry", "agency"]))
def test_no_text_answers_without_a_required_leaf(node: Node, text: list[str], kind: str) -> None:
    wanted = required(node)
    if wanted is not None and answers(node, ((), text), kind):
        assert any(spots(leaf, ((), text)) for leaf in wanted)
