"""French: dates."""

from news.languages.language import Language, forms

FRENCH = Language(
    code="fr",
    name="French",
    months=forms(
        "janvier janv jan",
        "février févr fév",
        "mars",
        "avril avr",
        "mai",
        "juin",
        "juillet juil",
        "août aout",
        "septembre sept",
        "octobre oct",
        "novembre nov",
        "décembre déc",
    ),
    today=(
        "aujourd’hui",
        "aujourd'hui",
    ),
    yesterday=("hier",),
    bare="^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'",
)
