"""French: dates."""

from news.languages.grammar import Grammar, chains, endings
from news.languages.language import Language, forms, words

# For names no dictionary knows.


def _grammar() -> Grammar:
    return Grammar(endings=endings(("_", chains("s x e es"))))


FRENCH = Language(
    code="fr",
    name="French",
    months=forms(
        "janvier janv jan",
        "février févr fév",
        "mars",
        "avril avr",
        "mai",
        "juin",
        "juillet juil",
        "août aout",
        "septembre sept",
        "octobre oct",
        "novembre nov",
        "décembre déc",
    ),
    today=(
        "aujourd’hui",
        "aujourd'hui",
    ),
    yesterday=("hier",),
    abbreviations=words(
        "m mm mme mmes mlle dr pr st ste av bd etc p pp art env ex cf no n° c.-à-d janv févr avr juil",
        "sept oct nov déc",
    ),
    bare="^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'",
    scripts=("LATIN",),
    dictionary="simplemma",
    stemmer="french",
    grammar=_grammar,
)
