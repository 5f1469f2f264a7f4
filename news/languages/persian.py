"""Persian: dates in two calendars, endings."""

from news.languages.grammar import Grammar, chains, endings
from news.languages.language import Language, forms, words

_PRONOUNS = "م ت ش مان تان شان ام ات اش"


def _grammar() -> Grammar:
    return Grammar(
        endings=endings(
            ("_", chains("تر ترین", "ها های هایی ان", _PRONOUNS)),
            ("_", chains("ها ان ات", "ی یی", "")),
            ("_", chains("ی ای یی ئی م ت ش مان تان شان ام ات اش اند است را ایم اید گان گانی جات")),
            ("ه", chains("گان گانی گی")),
            ("ن", chains("م ی د یم ید ند ه")),
        ),
        prefixes=("می", "نمی", "ن", "ب"),
        shortest=2,
        oblique=True,
    )


PERSIAN = Language(
    code="fa",
    name="Persian",
    months=forms(
        "ژانویه",
        "فوریه",
        "مارس",
        "آوریل",
        "مه می",
        "ژوئن",
        "ژوئیه جولای",
        "اوت آگوست",
        "سپتامبر",
        "اکتبر",
        "نوامبر",
        "دسامبر",
    ),
    today=("امروز",),
    yesterday=("دیروز",),
    solar_months=forms(
        "فروردین",
        "اردیبهشت",
        "خرداد",
        "تیر",
        "مرداد امرداد",
        "شهریور",
        "مهر",
        "آبان",
        "آذر",
        "دی",
        "بهمن",
        "اسفند",
    ),
    abbreviations=words("د م ق.م ه.ش ه.ق ر.ک ص ج"),
    stops=".!?…؟؛۔",
    grammar=_grammar,
    stop_words=words(
        "و در به از که را با این آن برای تا بر یا هم نیز اما ولی اگر چون چه کی کجا چرا چگونه یک هر",
        "همه هیچ من تو او ما شما آنها آنان ایشان خود است بود شد شده می نمی باید شاید هست هستند",
        "بودند دارد دارند پس پیش بعد قبل روی زیر بین درباره بی جز مگر فقط",
    ),
    scripts=("ARABIC",),
    dictionary="simplemma",
)
