"""English: dates."""

from news.languages.grammar import Grammar, chains, endings
from news.languages.language import Language, forms, words

# For names no dictionary knows.


def _grammar() -> Grammar:
    return Grammar(endings=endings(("_", chains("s es")), ("y", ["ies"])))


ENGLISH = Language(
    code="en",
    name="English",
    months=forms(
        "January Jan",
        "February Feb",
        "March Mar",
        "April Apr",
        "May",
        "June Jun",
        "July Jul",
        "August Aug",
        "September Sep Sept",
        "October Oct",
        "November Nov",
        "December Dec",
    ),
    today=("today",),
    yesterday=("yesterday",),
    abbreviations=words(
        "mr mrs ms dr prof gen col lt maj capt sgt sen rep gov st vs no art inc ltd co corp jr sr u.s",
        "u.k u.n e.u e.g i.e approx dept fig vol p pp a.m p.m jan feb mar apr jun jul aug sept sep",
        "oct nov dec",
    ),
    bare="'s?$",
    scripts=("LATIN",),
    dictionary="simplemma",
    stemmer="english",
    grammar=_grammar,
)
