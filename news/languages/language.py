"""What wirewatch knows of one language: how it writes dates, changes case and inflects its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from news.languages.grammar import Grammar

Forms = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `code` is ISO 639-1, `name` is its English name.

    `months` holds for each Gregorian month, January first, the forms dates are
    written with: the cases that occur, abbreviations without their dot,
    several words with a blank. `solar_months` are those of the Solar Hijri
    calendar (Farvardin first), empty where it is not used. `today` and
    `yesterday` are the words that stand for a date. `dotted_i` says that I and
    İ are two letters. `bare` is a regular expression of what is written together with a word by an
    apostrophe and is no part of a name (an ending, an elided article), in lower case and with `'`.
    Digits need no table: Unicode gives each its value.

    `abbreviations` are words that end in a dot inside a sentence, in lower
    case and without their last dot; `stops` are the characters that end a
    sentence; `ordinal_dots` says that a dot after a number
    makes it an ordinal ("13. Dezember").

    `stop_words` are those that say nothing by themselves (articles, prepositions, pronouns,
    conjunctions, auxiliary verbs), in lower case.

    `grammar` makes the grammar of its endings (0.5 s for the largest). `scripts` are those it is
    written in, the foremost first, as Unicode names them; `close` are the languages it is taken for: texts
    of either are read by the rules of both, so a wrong guess loses nothing.
    `dictionary` names the library whose dictionary is read, `stemmer` Snowball's algorithm, `stemmed_as`
    writes a word as that algorithm expects it. `spelling` gives one spelling to words that have several,
    in lower case.
    """

    code: str
    name: str
    months: Forms
    today: tuple[str, ...] = ()
    yesterday: tuple[str, ...] = ()
    solar_months: Forms = ()
    dotted_i: bool = False
    abbreviations: tuple[str, ...] = ()
    stops: str = ".!?…"
    ordinal_dots: bool = False
    bare: str | None = None
    grammar: Callable[[], Grammar] | None = None
    stop_words: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    dictionary: str | None = None
    stemmer: str | None = None
    stemmed_as: Callable[[str], str] = str
    spelling: Callable[[str], str] = str

    def lower(self, text: str) -> str:
        """`text` in lower case by this language's rule (in Turkish and Azerbaijani I is ı and İ is i)."""
        if self.dotted_i:
            text = turkic(text)
        return text.lower()


def turkic(text: str) -> str:
    """`text` with I and İ in lower case, as Turkish and Azerbaijani have them."""
    return text.replace("İ", "i").replace("I", "ı")


def forms(*months: str) -> Forms:
    """Twelve strings of forms parted by blanks; `_` stands for the blank inside a form."""
    return tuple(tuple(form.replace("_", " ") for form in month.split()) for month in months)


def words(*lines: str) -> tuple[str, ...]:
    """The words of lines of words parted by blanks."""
    return tuple(word for line in lines for word in line.split())
