"""Azerbaijani: dates and casing."""

from news.languages.language import Language, forms, words

AZERBAIJANI = Language(
    code="az",
    name="Azerbaijani",
    months=forms(
        "yanvar yan",
        "fevral fev",
        "mart mar",
        "aprel apr",
        "may",
        "iyun iyn",
        "iyul iyl",
        "avqust avq",
        "sentyabr sen sent",
        "oktyabr okt",
        "noyabr noy",
        "dekabr dek",
    ),
    today=("bugün",),
    yesterday=("dünən",),
    dotted_i=True,
    abbreviations=words("prof akad dos b.e f.d c ş r küç pr st s b e.ə m d məs bax"),
    ordinal_dots=True,
    bare="'[^']*$",
)
