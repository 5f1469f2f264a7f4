"""Turkish: dates and casing."""

from news.languages.language import Language, forms, words

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
    abbreviations=words(
        "dr prof doç av sn vb vs örn bkz no cad sok mah alb gen korg yzb müh st m.ö m.s t.c a.ş s ss"
    ),
    ordinal_dots=True,
    bare="'[^']*$",
)
