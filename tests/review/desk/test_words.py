"""Every word the desk shows is in the catalogues, and every catalogue has every word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, nodes

from news.judging import Says
from news.source import Kind, Tier
from news.visit import State
from review.desk import sayings
from review.desk.languages import catalogues
from review.desk.rendering import HERE
from review.standing import CLIPPED, PAUSED, TROUBLED
from tests.words import CODE, KEYWORDS, catalogue, translated, updated, wanted

TAGS = tuple(translated())
TEMPLATES = tuple(sorted(each.relative_to(HERE / "templates") for each in HERE.rglob("*.html")))
PYTHON = tuple(sorted(HERE.rglob("*.py")))
# Names that are the same in every language, and what is said to machines.
NAMES = (
    *("wirewatch", "OpenAPI", "JSON Lines", "OPML", "TOML", "CSV", "XLSX", "HTTP", "BibTeX", "RIS"),
    *("Atom", "JSON Feed", "rules."),
)
SHOWN = ("alt", "title", "aria-label", "aria-description", "placeholder", "label", "data-sure")
# What stands in these is typed or copied as it is.
CODES = ("kbd", "code", "pre")
EXAMPLES = ("https://www.example.org/", "https://")
PLACE = re.compile(r"%\((\w+)\)s|%%|\{(\w*)[^}]*\}")
# A macro that writes attributes has no tag around them.
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
LATIN = re.compile(r"[A-Za-z]{2,}")


def messages() -> Iterator[tuple[str, Message]]:
    for tag in TAGS:
        with catalogue(tag).open("rb") as file:
            yield from ((tag, each) for each in read_po(file, locale=tag) if each.id)


MESSAGES = [pytest.param(tag, each, id=f"{tag}-{each.id}") for tag, each in messages()]


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_has_the_words_of_the_desk_and_no_others(tag: str) -> None:
    text = catalogue(tag).read_text("utf-8")
    assert updated(text, tag, wanted()) == text, "run `make words`, and translate what is new"


@pytest.mark.parametrize(("tag", "message"), MESSAGES)
def test_a_word_is_translated_with_its_places(tag: str, message: Message) -> None:
    """Every form of it, with the places of the original: a lost one is a lost name or number."""
    forms, originals = each_form(message.string), each_form(message.id)
    original = originals[-1]
    assert not message.fuzzy
    assert len(forms) == (number_of_plurals(tag) if len(originals) > 1 else 1)
    for form in forms:
        assert form, "not translated"
        assert sorted(PLACE.findall(form)) == sorted(PLACE.findall(original))
        assert form.strip() == form or original.strip() != original


def each_form(said: object) -> tuple[str, ...]:
    return tuple(map(str, said)) if isinstance(said, (tuple, list)) else (str(said or ""),)


def number_of_plurals(tag: str) -> int:
    with catalogue(tag).open("rb") as file:
        return read_po(file, locale=tag).num_plurals


def test_russian_counts() -> None:
    count = catalogues()["ru"].ngettext
    said = [count("%(num)s article", "%(num)s articles", n) % {"num": n} for n in (1, 2, 5, 11, 21, 102)]
    assert said == ["1 статья", "2 статьи", "5 статей", "11 статей", "21 статья", "102 статьи"]


def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"), extensions=["jinja2.ext.i18n"], autoescape=True
    )


class Bare(HTMLParser):
    """Collects the words that stand in a page as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in CODES:
            self.within.append(tag)
        for name, value in attrs:
            if name in SHOWN and value not in EXAMPLES:
                self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not self.within:
            self._note(data)

    def _note(self, text: str) -> None:
        text = ATTRIBUTE.sub("", text)
        for name in NAMES:
            text = text.replace(name, "")
        if LATIN.search(text):
            self.found.append(text.strip())


def written(source: str) -> str:
    """A template without its expressions, statements and comments, and without what {% trans %} holds."""
    kept, translating, inside = [], False, ""
    for _, kind, value in environment().lex(source):
        if kind in ("block_begin", "variable_begin", "comment_begin", "raw_begin"):
            inside = kind
            kept.append("\N{OBJECT REPLACEMENT CHARACTER}" if kind == "variable_begin" else "")
        elif kind in ("block_end", "variable_end", "comment_end"):
            inside = ""
        elif inside == "block_begin" and kind == "name" and value in ("trans", "endtrans"):
            translating = value == "trans"
        elif kind == "data" and not translating:
            kept.append(value)
    return "".join(kept)


def bare(source: str) -> list[str]:
    parser = Bare()
    parser.feed(written(source))
    parser.close()
    return parser.found


def test_bare_words_are_found() -> None:
    assert bare('<p title="All of it">{{ _("Save") }} now</p>{% trans %}all{% endtrans %}<kbd>Esc</kbd>') == [
        "All of it",
        "\N{OBJECT REPLACEMENT CHARACTER} now",
    ]


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_a_template_says_nothing_that_cannot_be_translated(name: Path) -> None:
    assert bare((HERE / "templates" / name).read_text("utf-8")) == []


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_a_template_hands_gettext_literals(name: Path) -> None:
    """A message put together at run time is in no catalogue."""
    tree = environment().parse((HERE / "templates" / name).read_text("utf-8"))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in KEYWORDS:
            assert isinstance(call.args[0], nodes.Const), call.lineno


def spoken(call: ast.Call) -> bool:
    """Whether a call asks gettext; `words(request)` only says whose."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    return name in KEYWORDS and getattr(call.args[0] if call.args else None, "id", "") != "request"


@pytest.mark.parametrize("file", PYTHON, ids=lambda file: str(file.relative_to(CODE)))
def test_code_hands_gettext_literals(file: Path) -> None:
    """But for the sentences of errors, which `tests.words` takes from the errors themselves."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and spoken(node) and node.args:
            assert isinstance(node.args[0], ast.Constant), f"{file.name}:{node.lineno}"


@pytest.mark.parametrize("file", PYTHON, ids=lambda file: str(file.relative_to(CODE)))
def test_code_renders_no_words_of_its_own(file: Path) -> None:
    """What templates are handed is data, or went through gettext."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in ("render", "_page", "_form"):
            continue
        for given in node.keywords:
            value = given.value
            parts = value.values if isinstance(value, ast.JoinedStr) else [value]
            said = "".join(str(each.value) for each in parts if isinstance(each, ast.Constant))
            assert " " not in said.strip(), f"{file.name}:{node.lineno}: {given.arg}={said!r}"


def test_every_kind_tier_verdict_and_state_has_a_name() -> None:
    """What comes from elsewhere as one of a few words is named in the visitor's language."""
    words = catalogues()["ru"].gettext
    for names, values in (
        (sayings.kinds(words), Kind),
        (sayings.tiers(words), Tier),
        (sayings.verdicts(words), Says),
    ):
        assert set(names) == set(map(str, values))
        assert not any(LATIN.search(name) for name in names.values())
    made = environment()
    made.filters["web_link"] = made.filters["plain"] = made.filters["direction"] = str
    made.install_gettext_translations(catalogues()["ru"], newstyle=True)  # type: ignore[attr-defined]
    of_sources = made.get_template("sources/words.html").make_module()
    states = {*map(str, State), PAUSED, CLIPPED, TROUBLED}
    assert set(of_sources.state_names) == states  # type: ignore[attr-defined]
    assert set(of_sources.kind_names) == set(map(str, Kind))  # type: ignore[attr-defined]
    assert set(of_sources.tier_names) == set(map(str, Tier))  # type: ignore[attr-defined]
