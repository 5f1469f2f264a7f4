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
    stop_words=words(
        "a an the and or but nor of in on at to from by for with about into over after before under",
        "between through during against without within upon as if than then so too very not no is are",
        "was were be been being am do does did done have has had having will would shall should can",
        "could may might must i you he she it we they me him her us them my your his its our their",
        "this that these those who whom whose which what when where why how there here all any both",
        "each few more most other some such only own same again also just up down out off above below",
    ),
    scripts=("LATIN",),
    dictionary="simplemma",
    stemmer="english",
    grammar=_grammar,
)
