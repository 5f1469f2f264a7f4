"""German: dates."""

from news.languages.language import Language, forms

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
)
