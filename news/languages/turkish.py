"""Turkish: dates, casing, endings."""

from news.languages.grammar import Change, Grammar
from news.languages.language import Language, forms, words
from news.languages.turkic import Harmony

_HARMONY = Harmony(
    a=dict(zip("aıoueiöü", "aaaaeeee", strict=True)),
    i=dict(zip("aıoueiöü", "ııuuiiüü", strict=True)),
    voiceless="fstkçşhp",
)
_POSSESSIVE = "(I)m (I)n (I)mIz (I)nIz"
_COPULA = "DIr (y)DI (y)mIş (y)sA (y)ken"


def _grammar() -> Grammar:
    return Grammar(
        endings=_HARMONY.endings(
            # evler, evimizden, evdekiler; the third person's possessive takes an n before a case.
            ("lAr", _POSSESSIVE, "(y)I (y)A DA DAn (n)In (y)lA CA", _COPULA),
            ("lAr", "(s)I", "nI nA nDA nDAn nIn (y)lA ncA", _COPULA),
            ("lAr", _POSSESSIVE, "DAki (n)Inki", "lAr", "nI nA nDA nDAn nIn (y)lA"),
            ("lAr", "(s)I", "nDAki nInki", "lAr", "nI nA nDA nDAn nIn (y)lA"),
            # Verbs: tense and person; participles and verbal nouns with their cases.
            (
                "(I)l (I)n (I)ş DIr t",
                "mA (y)AmA (y)Abil",
                "Iyor DI mIş (y)AcAk (I)r (A)r sA mAlI z",
                "DI mIş sA DIr",
                "m n k (y)Im sIn (y)Iz sInIz nIz lAr",
            ),
            (
                "(I)l (I)n DIr t",
                "mA",
                "mAk mA (y)An DIk DIğ (y)AcAk (y)AcAğ (y)Iş",
                "lAr",
                "Im In I sI ImIz InIz lArI",
                "(n)I (n)A (n)DA (n)DAn (n)In (y)lA",
            ),
            ("(I)l (I)n", "mA", "(y)Ip (y)ArAk (y)IncA mAdAn ken"),
        ),
        changes=(
            Change("ğ", "k", "aıoueiöü"),
            Change("b", "p", "aıoueiöü"),
            Change("c", "ç", "aıoueiöü"),
            Change("d", "t", "aıoueiöü"),
            Change("g", "k", "aıoueiöü"),
        ),
        dropped="ıiuü",
        vowels="aıoueiöü",
        shortest=2,
    )


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
    grammar=_grammar,
    stop_words=words(
        "ve ile bir bu şu o da de ki mi mı mu mü için gibi kadar ama fakat ancak veya ya hem ne çok",
        "daha en her hiç bazı tüm bütün ise olarak olan oldu olduğu var yok değil ben sen biz siz",
        "onlar beni seni onu bizi sizi onları benim senin onun bizim sizin onların bana sana ona bize",
        "size onlara kendi göre sonra önce üzere diye çünkü eğer nasıl neden nerede kim hangi şey",
    ),
    scripts=("LATIN",),
    close=("az",),
    dictionary="simplemma",
)
