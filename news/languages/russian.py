"""Russian: dates, endings."""

from news.languages.grammar import Grammar, chains, endings
from news.languages.language import Language, forms, words

# Names the dictionary does not know. Masculines end in a consonant, -й or -ь, feminines in -а, -я or -ь;
# adjectives and surnames in -ов, -ин have endings of their own.


def _grammar() -> Grammar:
    return Grammar(
        endings=endings(
            ("_", chains("а у ом ем е ы и ов ев ам ами ах")),
            ("й ь", chains("я ю ем ём е и ев ёв ей ям ями ях")),
            ("ь", chains("и ью")),
            ("а", chains("ы и е у ой ою ей ею ам ами ах _")),
            ("я", chains("и е ю ей ею ёй ям ями ях ь й")),
            ("ия", chains("ии ию ией иею ий иям иями иях")),
            ("о", chains("а у ом е ам ами ах _")),
            ("е", chains("я ю ем и ям ями ях й")),
            ("ый ой", chains("ого ому ым ом ая ой ую ою ое ые ых ыми")),
            ("ий", chains("его ему им ем яя ей юю ее ие их ими ого ому ом ая ой ую ою ое")),
            ("_", chains("а у ым е ой ою ы ых ыми")),
        ),
        joined=("о", "ский"),
    )


RUSSIAN = Language(
    code="ru",
    name="Russian",
    months=forms(
        "январь января янв",
        "февраль февраля фев февр",
        "март марта мар",
        "апрель апреля апр",
        "май мая",
        "июнь июня июн",
        "июль июля июл",
        "август августа авг",
        "сентябрь сентября сен сент",
        "октябрь октября окт",
        "ноябрь ноября ноя нояб",
        "декабрь декабря дек",
    ),
    today=("сегодня",),
    yesterday=("вчера",),
    abbreviations=words(
        "г гг в вв т д п пп тыс млн млрд трлн руб долл ул им см ср стр рис напр проф акад ген полк",
        "подп ст ч мин сек чел т.е т.д т.п т.к т.н др пр н.э и.о обл р-н пос сел янв фев февр мар апр",
        "июн июл авг сен сент окт ноя нояб дек",
    ),
    grammar=_grammar,
    scripts=("CYRILLIC",),
    close=("uk",),
    dictionary="pymorphy3",
)
