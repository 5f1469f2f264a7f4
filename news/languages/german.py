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
    stop_words=words(
        "der die das den dem des ein eine einen einem einer eines und oder aber denn sondern doch in",
        "im an am auf aus bei mit nach von vom zu zum zur über unter vor hinter neben zwischen durch",
        "für gegen ohne um bis seit während wegen als wie wenn dass ob weil nicht kein keine ich du",
        "er sie es wir ihr mich dich ihn uns euch mir dir ihm ihnen mein dein sein unser euer ist",
        "sind war waren bin bist wird werden wurde wurden hat haben hatte hatten kann können muss",
        "müssen soll sollen dieser diese dieses welcher welche welches wer was wo wann warum auch nur",
        "noch schon sehr mehr so da hier dort",
    ),
    scripts=("LATIN",),
    dictionary="simplemma",
    stemmer="german",
    grammar=_grammar,
)
