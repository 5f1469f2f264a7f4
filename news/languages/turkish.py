"""Turkish: dates and casing."""

from news.languages.language import Language, forms

TURKISH = Language(
    code="tr",
    name="Turkish",
    months=forms(
        "Ocak Oca",
        "Şubat Şub",
        "Mart Mar",
        "Nisan Nis",
        "Mayıs May",
        "Haziran Haz",
        "Temmuz Tem",
        "Ağustos Ağu",
        "Eylül Eyl",
        "Ekim Eki",
        "Kasım Kas",
        "Aralık Ara",
    ),
    today=("bugün",),
    yesterday=("dün",),
    dotted_i=True,
    bare="'[^']*$",
)
