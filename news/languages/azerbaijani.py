"""Azerbaijani: dates, casing, endings, the Cyrillic letters of before 1991."""

from news.languages.grammar import Change, Grammar
from news.languages.language import Language, forms, words
from news.languages.turkic import Harmony

_HARMONY = Harmony(
    a=dict(zip("aıoueəiöü", "aaaaəəəəə", strict=True)),
    i=dict(zip("aıoueəiöü", "ııuuiiiüü", strict=True)),
)
_POSSESSIVE = "(I)m (I)n (I)mIz (I)nIz"
_COPULA = "dIr dIrlAr (y)dI (y)mIş (y)sA"


def _grammar() -> Grammar:
    return Grammar(
        endings=_HARMONY.endings(
            ("lAr", _POSSESSIVE, "(n)I (y)A dA dAn (n)In (y)lA lA cA", _COPULA),
            ("lAr", "(s)I", "nI nA ndA ndAn nIn (y)lA ncA", _COPULA),
            ("lAr", _POSSESSIVE, "dAkI (n)InkI", "lAr", "nI nA ndA ndAn nIn"),
            ("lAr", "(s)I", "ndAkI nInkI", "lAr", "nI nA ndA ndAn nIn"),
            (
                "(I)l (I)n (I)ş dIr t",
                "mA",
                "Ir dI mIş (y)AcAq (y)Ar sA mAlI Ib",
                "dI mIş sA dIr",
                "m n q k (y)Am (y)Im sAn (y)Iq (y)Ik sInIz nIz lAr",
            ),
            (
                "(I)l (I)n dIr t",
                "mA",
                "mAq mAk mA mAğ mAy (y)An dIq dIk dIğ dIy (y)AcAq (y)AcAğ (y)AcAk (y)Iş",
                "lAr",
                "Im In I sI ImIz InIz lArI",
                "(n)I (n)A (n)dA (n)dAn (n)In (y)lA",
            ),
        ),
        changes=(
            Change("ğ", "q", "aıoueəiöü"),
            Change("y", "k", "aıoueəiöü"),
            Change("d", "t", "aıoueəiöü"),
        ),
        dropped="ıiuü",
        vowels="aıoueəiöü",
        shortest=2,
    )


# The sounds Turkish writes otherwise, for a stemmer that only knows Turkish.
_TURKISH = str.maketrans("əqxğ", "ekhğ")
_LATIN = str.maketrans(
    dict(zip("абвгғдеәжзийјкҝлмноөпрстуүфхһчҹшыэ", "abvqğdeəjzijykglmnoöprstuüfxhçcşıe", strict=True))
)


def _turkish(word: str) -> str:
    return word.translate(_TURKISH)


def _latin(word: str) -> str:
    return word.translate(_LATIN)


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
    grammar=_grammar,
    stop_words=words(
        "və ilə bir bu o da də ki mı mi mu mü üçün kimi qədər amma lakin ancaq ya həm nə çox daha ən",
        "hər heç bəzi bütün isə olaraq olan oldu olduğu var yox deyil mən sən biz siz onlar məni səni",
        "onu bizi sizi onları mənim sənin onun bizim sizin onların mənə sənə ona bizə sizə onlara öz",
        "görə sonra əvvəl üzrə çünki əgər necə niyə harada kim hansı şey",
    ),
    scripts=("LATIN", "CYRILLIC"),
    close=("tr",),
    stemmer="turkish",
    stemmed_as=_turkish,
    spelling=_latin,
)
