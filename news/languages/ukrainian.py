"""Ukrainian: dates, endings."""

from news.languages.grammar import Change, Grammar, chains, endings
from news.languages.language import Language, forms, words

# Names the dictionary does not know, by the same kinds as in Russian.


def _grammar() -> Grammar:
    return Grammar(
        endings=endings(
            ("_", chains("а у ові ом ем е і и ів їв ам ами ах")),
            ("й ь", chains("я ю єві еві єм ем і ї є е ів їв ям ями ях")),
            ("ь", chains("і ю ею")),
            ("а", chains("и і у ою ею о ам ами ах _")),
            ("я", chains("і ї ю ею єю є е ям ями ях ь й")),
            ("ія", chains("ії ію ією ій іям іями іях")),
            ("о", chains("а у ові ом і ам ами ах _")),
            ("е", chains("а я у ю ем єм і ї ам ями ях")),
            ("ий", chains("ого ому им ім а ої ій у ою е і их ими")),
            ("ій", chains("ього ьому ім я ьої ю ьою є і іх іми")),
            ("_", chains("а у им і ої ій ою и их ими")),
        ),
        changes=(Change("ц", "к", "і"), Change("з", "г", "і"), Change("с", "х", "і")),
        joined=("сько", "ський"),
    )


UKRAINIAN = Language(
    code="uk",
    name="Ukrainian",
    months=forms(
        "січень січня січ",
        "лютий лютого лют",
        "березень березня бер берез",
        "квітень квітня кві квіт",
        "травень травня тра трав",
        "червень червня чер черв",
        "липень липня лип",
        "серпень серпня сер серп",
        "вересень вересня вер верес",
        "жовтень жовтня жов жовт",
        "листопад листопада лис лист",
        "грудень грудня гру груд",
    ),
    today=("сьогодні",),
    yesterday=(
        "вчора",
        "учора",
    ),
    abbreviations=words(
        "р рр в вв т д п пп тис млн млрд грн дол вул ім див пор стор рис напр проф акад ген полк ст ч",
        "хв чол т.е т.д т.п т.зв др обл м с січ лют бер квіт трав черв лип серп вер жовт лист груд",
    ),
    grammar=_grammar,
    scripts=("CYRILLIC",),
    close=("ru",),
    dictionary="pymorphy3",
)
