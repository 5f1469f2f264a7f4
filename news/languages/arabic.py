"""Arabic: dates."""

from news.languages.language import Language, forms, words

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
)
