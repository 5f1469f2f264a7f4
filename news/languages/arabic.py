"""Arabic: dates, what is written together with a word."""

from news.languages.grammar import Grammar, chains, endings
from news.languages.language import Language, forms, words


def _grammar() -> Grammar:
    return Grammar(
        endings=endings(
            ("_", chains("ه ها هم هن هما ك كم نا ي ان ين ون ات ا وا ة ين ية")),
            ("_ ة", chains("ات تين تان ت", "ه ها هم هن هما ك كم نا ي")),
            ("ي ية", chains("يين يون ية يا يات")),
        ),
        prefixes=(*chains("و ف", "ب ك ل", "ال"), "لل", "ولل", "فلل", "س", "وس"),
        shortest=2,
    )


ARABIC = Language(
    code="ar",
    name="Arabic",
    months=forms(
        "يناير كانون_الثاني جانفي",
        "فبراير شباط فيفري",
        "مارس آذار",
        "أبريل ابريل نيسان أفريل",
        "مايو أيار ماي",
        "يونيو حزيران جوان",
        "يوليو تموز جويلية",
        "أغسطس اغسطس آب أوت",
        "سبتمبر أيلول",
        "أكتوبر اكتوبر تشرين_الأول",
        "نوفمبر تشرين_الثاني",
        "ديسمبر كانون_الأول",
    ),
    today=("اليوم",),
    yesterday=("أمس",),
    abbreviations=words("د م هـ ص ج أ ق.م"),
    stops=".!?…؟؛۔",
    grammar=_grammar,
    stop_words=words(
        "و في من على إلى عن مع أن إن لا ما لم لن هو هي هم هن أنا نحن أنت أنتم هذا هذه ذلك تلك هؤلاء",
        "أولئك الذي التي الذين كان كانت يكون قد كل بعض أو ثم بل لكن إذا حتى بين بعد قبل عند منذ حول",
        "ضد أي كما حيث هل ليس غير سوى فقط أيضا",
    ),
    scripts=("ARABIC",),
    dictionary="simplemma",
    stemmer="arabic",
)
