"""German: dates."""

from news.languages.grammar import Grammar, chains, endings
from news.languages.language import Language, forms, words

# For what stands in no dictionary: names, compounds.


def _grammar() -> Grammar:
    return Grammar(endings=endings(("_", chains("e en er em es s n ns ern"))))


GERMAN = Language(
    code="de",
    name="German",
    months=forms(
        "Januar Jänner Jan",
        "Februar Feber Feb",
        "März Mär Mrz",
        "April Apr",
        "Mai",
        "Juni Jun",
        "Juli Jul",
        "August Aug",
        "September Sept Sep",
        "Oktober Okt",
        "November Nov",
        "Dezember Dez",
    ),
    today=("heute",),
    yesterday=("gestern",),
    abbreviations=words(
        "dr prof hr fr bzw usw ca nr st str z.b u.a d.h i.d.r v.a o.ä s.o ggf evtl gen abs art bd",
        "hrsg vgl jan feb apr aug sept okt nov dez",
    ),
    ordinal_dots=True,
    scripts=("LATIN",),
    dictionary="simplemma",
    stemmer="german",
    grammar=_grammar,
)
