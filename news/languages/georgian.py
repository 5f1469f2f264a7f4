"""Georgian: dates, endings."""

from news.languages.grammar import Grammar, chains, endings
from news.languages.language import Language, forms, words

# After a case, a postposition and particles may follow; the dative of a stem that ends in a vowel is -ს.
_AFTER = "თვის კენ გან დან ში ზე თან მდე ვე"


def _grammar() -> Grammar:
    return Grammar(
        endings=endings(
            (
                "_ ი ა ე ო",
                chains(
                    "ებ",
                    "ი ის ისა ს სა ით ითა ად ადა მა მ ო ში ზე თან "
                    "იდან ისგან ისთვის ისკენ ამდე ამდი იანი იანად",
                    "ც ვე ა",
                ),
            ),
            ("_", chains("ს სა თი დ მ ო ში ზე თან დან სთვის სგან სკენ მდე თვის გან ვის", "ც ვე ა")),
            ("ი", chains("_ მ მა ს", "ც ვე ა")),
            ("ი ა ე ო", ["ნი", "თა", "თ"]),
        ),
        dropped="აეო",
        vowels="აეიოუ",
        oblique=True,
    )


GEORGIAN = Language(
    code="ka",
    name="Georgian",
    months=forms(
        "იანვარი იანვრის იანვარს იანვარის იან",
        "თებერვალი თებერვალს თებერვალის თებერვლის თებ",
        "მარტი მარტს მარტის მარ",
        "აპრილი აპრილს აპრილის აპრ",
        "მაისი მაისს მაისის მაი",
        "ივნისი ივნისს ივნისის ივნ",
        "ივლისი ივლისს ივლისის ივლ",
        "აგვისტო აგვისტოს აგვ",
        "სექტემბერი სექტემბერს სექტემბერის სექტემბრის სექ სექტ",
        "ოქტომბერი ოქტომბერს ოქტომბერის ოქტომბრის ოქტ",
        "ნოემბერი ნოემბერს ნოემბერის ნოემბრის ნოე",
        "დეკემბერი დეკემბერს დეკემბერის დეკემბრის დეკ",
    ),
    today=("დღეს",),
    yesterday=("გუშინ",),
    abbreviations=words("ქ წ წწ ს გ მ მაგ ა.შ ე.ი ე.წ პროფ აკად ათ მლნ მლრდ ნომ იხ"),
    grammar=_grammar,
    scripts=("GEORGIAN",),
    dictionary="simplemma",
)
