"""English: dates."""

from news.languages.language import Language, forms

ENGLISH = Language(
    code="en",
    name="English",
    months=forms(
        "January Jan",
        "February Feb",
        "March Mar",
        "April Apr",
        "May",
        "June Jun",
        "July Jul",
        "August Aug",
        "September Sep Sept",
        "October Oct",
        "November Nov",
        "December Dec",
    ),
    today=("today",),
    yesterday=("yesterday",),
    bare="'s?$",
)
