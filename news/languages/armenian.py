"""Armenian: dates, endings; western and classical spelling."""

from news.languages.grammar import Grammar, chains, endings
from news.languages.language import Language, forms, words

_VERBAL = (
    "ում եց եցի եցինք եցին եցիք եցիր ելու ած ող ի ին ինք եմ ես են ենք եք իր իս ացել ացավ աց "
    "ացի ացինք ացին ելիս ելիք ելի եր եինք եին ա ան անք ալու ալիս վել վեց վեցին վում ված վող "
    "վելու ելը ելուն ելով ելն ալը ալն ալով ածը ածի ածն ողը ողի ողն ողներ ողները ողների "
)


def _grammar() -> Grammar:
    return Grammar(
        endings=endings(
            ("_", chains("եր ներ", "ի ու ից ով ում ան ուց են ե", "ն ը ս դ")),
            ("_", chains("վա ան վան վանից վանով ոջ ոջից ոջով յան վանն վանը", "ն ը ս դ")),
            ("_", ["այի", "այից", "այով", "այում", "ային", "եան", "ին", "երեն", "ներեն", "ների", "երի"]),
            ("ա", chains("այի այից այով այում", "ն ը ս դ")),
            ("ի", chains("ու ուց ով ում վա ուն", "ն ը ս դ")),
            (
                "ություն",
                chains("ության ությամբ ությանը ություններ ութեան ութեամբ", "ի ից ով ում են", "ն ը ս դ"),
            ),
            ("ում", chains("ման մամբ մանը մաներ մանից մանում", "ն ը ս դ")),
            ("ում", chains("ումներ", "ի ից ով ում", "ն ը ս դ")),
            ("ել ալ", chains(_VERBAL)),
        ),
        dropped="իու",
        vowels="աեէըիոօու",
        oblique=True,
    )


# Classical letters, which western Armenian kept, and what the reform of 1922 writes for them.
_REFORMED = (("ոյ", "ույ"), ("իւ", "յու"), ("եա", "յա"), ("աւ", "ավ"), ("եւ", "և"), ("եվ", "և"))


def _reformed(word: str) -> str:
    """As eastern Armenian spells it: "Յակոբեանի" is "Հակոբյանի"."""
    for classical, reformed in _REFORMED:
        word = word.replace(classical, reformed)
    if word[:1] == "յ" and len(word) > 2:
        word = "հ" + word[1:]
    return word[:1] + word[1:].replace("է", "ե") if len(word) > 2 else word


ARMENIAN = Language(
    code="hy",
    name="Armenian",
    months=forms(
        "հունվար հունվարի հունվարին հնվ հուն",
        "փետրվար փետրվարի փետրվարին փտվ փետ",
        "մարտ մարտի մարտին մրտ մար",
        "ապրիլ ապրիլի ապրիլին ապր",
        "մայիս մայիսի մայիսին մյս մայ",
        "հունիս հունիսի հունիսին հնս",
        "հուլիս հուլիսի հուլիսին հլս հուլ",
        "օգոստոս օգոստոսի օգոստոսին օգս օգոս օգ",
        "սեպտեմբեր սեպտեմբերի սեպտեմբերին սեպ սեպտ",
        "հոկտեմբեր հոկտեմբերի հոկտեմբերին հոկ հոկտ",
        "նոյեմբեր նոյեմբերի նոյեմբերին նոյ նոյեմ",
        "դեկտեմբեր դեկտեմբերի դեկտեմբերին դեկ դեկտ",
    ),
    today=("այսօր",),
    yesterday=("երեկ",),
    abbreviations=words("թ թթ թվ դ հ պրոֆ դոկ ակադ տ ն գեն հունվ փետր սեպտ հոկտ նոյ դեկտ մլն մլրդ հազ"),
    stops="։:!?…",  # the dot stands where others write a colon; many type a colon for the ։
    grammar=_grammar,
    stop_words=words(
        "և եւ ու եմ ես է ենք եք են էի էիր էր էինք էիք էին որ որը որի որոնք այս այդ այն սա դա նա մենք",
        "դուք նրանք իր իրենց նրա մեր ձեր իմ քո համար հետ մեջ վրա մասին մինչև առանց ըստ բայց կամ եթե",
        "թե երբ որտեղ ինչ ով ինչպես ինչու ոչ չէ նաև էլ ամեն բոլոր մի մեկ շատ ավելի միայն արդեն հետո",
        "առաջ պես պատճառով",
    ),
    scripts=("ARMENIAN",),
    dictionary="simplemma",
    spelling=_reformed,
)
