"""Persian: dates in two calendars."""

from news.languages.language import Language, forms, words

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
)
