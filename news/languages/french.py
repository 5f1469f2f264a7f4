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
    stop_words=words(
        "le la les l un une des du de d au aux et ou mais donc or ni car à en dans par pour sur sous",
        "avec sans entre vers chez contre depuis pendant avant après ne n pas plus que qu qui quoi",
        "dont où quand comment pourquoi ce c cet cette ces il elle ils elles on je j tu nous vous me",
        "m te t se s lui leur mon ma mes ton ta tes son sa ses notre nos votre vos leurs est sont",
        "était étaient être été a ont avait avaient avoir eu si comme aussi très tout tous toute",
        "toutes même y",
    ),
    scripts=("LATIN",),
    dictionary="simplemma",
    stemmer="french",
    grammar=_grammar,
)
