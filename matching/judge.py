"""The judgement of one text: in which language it is, and which text it is.

`setup` and `judge` are the names the judge process is given.
"""

from __future__ import annotations

import re

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from matching.duplicates import text_hash
from news.article import Judgement

# Told apart besides the configured ones, so that a stray text is not forced into one of those: py3langid
# still tells 99.1 % of nine-word sentences with 30 languages (99.5 % with 11).
NEIGHBOURS = (
    *("be", "bg", "cs", "el", "es", "he", "hi", "it", "ja", "kk", "ko", "ku", "ky", "mk"),
    *("nl", "pl", "ps", "pt", "ro", "sr", "tg", "tk", "ur", "uz", "zh"),
)
LEAD = 1000  # characters that are looked at, of title and text each
SURE = 0.5  # below this probability a hint goes first
THINKABLE = 0.01  # below this a hint is refuted by the text: templates say lang="en" over anything
_LETTER = re.compile(r"[^\W\d_]")
_FORMER_CODES = {"iw": "he", "in": "id", "ji": "yi"}  # ISO 639 renamed these in 1989; servers have not


class Engine:
    """What judging needs loaded: the language model (1 s, 100 MB) for `languages` and their neighbours.

    `languages` are ISO 639-1 codes; one the model does not know is a `ValueError`.
    """

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages({*languages, *NEIGHBOURS})

    def judge(self, title: str, text: str, hint: str | None) -> Judgement:
        """The language and the text hash of an article; `hint` is what its feed or page says (BCP 47)."""
        return Judgement(language=self.language(title, text, hint), text_hash=text_hash(text))

    def language(self, title: str, text: str, hint: str | None) -> str | None:
        """ISO 639-1 code of the language of title and lead.

        Where the model is not sure, the hint holds unless the letters refute
        it; where there are no letters, the hint holds; None: not known.
        """
        said = primary_language(hint)
        lead = f"{title[:LEAD]}\n{text[:LEAD]}".strip()
        if not _LETTER.search(lead):
            return said
        ranking = self._identifier.rank(lead)
        likeliest, probability = ranking[0]
        if probability >= SURE:
            return str(likeliest)
        return said if dict(ranking).get(said, 1.0) >= THINKABLE else None


def primary_language(tag: str | None) -> str | None:
    """The language of a BCP 47 tag ("az-Latn-AZ", "en_US": "az", "en"), None where it is no such tag."""
    found = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", tag or "")
    if not found:
        return None
    code = found[1].lower()
    return _FORMER_CODES.get(code, code)


def setup(languages: tuple[str, ...]) -> Engine:
    """What the judge process keeps."""
    return Engine(languages)


def judge(engine: Engine, title: str, text: str, hint: str | None) -> Judgement:
    """`Engine.judge`, as the judge process calls it."""
    return engine.judge(title, text, hint)
