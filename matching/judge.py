"""The judgement of one text: in which language it is, which text it is, and what is watched in it.

`setup`, `judge` and `take_topics` are the names the judge process is given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from matching.duplicates import text_hashes
from matching.index import index_terms
from matching.keys import Analysis, Learnt
from matching.topics import CompiledTopics
from news.article import Judgement
from news.watch import UNKNOWN, Facts, Topic, TopicsWanted

# Told apart besides the configured ones, so that a stray text is not forced into one of those: py3langid
# still tells 99.1 % of nine-word sentences with 30 languages (99.5 % with 11).
NEIGHBOURS = (
    *("be", "bg", "cs", "el", "es", "he", "hi", "it", "ja", "kk", "ko", "ku", "ky", "mk"),
    *("nl", "pl", "ps", "pt", "ro", "sr", "tg", "tk", "ur", "uz", "zh"),
)
LEAD = 1000  # characters that are looked at, of title and text each
SURE = 0.5  # below this probability a hint goes first
THINKABLE = 0.01  # below this a hint is refuted by the text: templates say lang="en" over anything
TRIED = 4  # sets of topics that are being written, kept compiled
_LETTER = re.compile(r"[^\W\d_]")
_FORMER_CODES = {"iw": "he", "in": "id", "ji": "yi"}  # ISO 639 renamed these in 1989; servers have not


class Engine:
    """What judging needs loaded: the language model (1 s, 100 MB) for `languages` and their neighbours.

    `languages` are ISO 639-1 codes; one the model does not know is a
    `ValueError`. A dictionary is loaded with the first word that needs it. It begins with edition 0 of
    the topics: nothing is watched. `learnt` is told of each word that is analysed for the first time.
    """

    def __init__(self, languages: tuple[str, ...], learnt: Learnt = lambda code, word, keys: None) -> None:
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages({*languages, *NEIGHBOURS})
        self.analysis = Analysis(languages, learnt)
        self._topics = self._coming = CompiledTopics(self.analysis)
        self._edition = 0
        self._tried: dict[tuple[Topic, ...], CompiledTopics] = {}

    def judge(
        self, title: str, text: str, hint: str | None, edition: int = 0, facts: Facts = UNKNOWN
    ) -> Judgement | TopicsWanted:
        """All there is to say of an article; `hint` is what its feed or page says of its language (BCP 47),
        `facts` are of its source.

        Evidence lies in `title` and `text` as they are given. The answer is
        TopicsWanted where it does not hold the topics of that `edition`.
        """
        if edition != self._edition:
            return TopicsWanted(self._edition)
        language = self.language(title, text, hint)
        own, alike = text_hashes(title, text)
        return Judgement(
            language=language,
            text_hash=own,
            alike=alike,
            index=index_terms(title, text, self.analysis.keys(language)),
            found=self._topics.found(title, text, language, facts),
            edition=edition,
        )

    def take_topics(self, edition: int, start: int, topics: Sequence[Topic], total: int) -> bool:
        """Take the topics of an edition in parts, the first at `start` 0; all `total` of them are in force
        at once, after the last. False where an earlier part is missing: it fell to one who died since."""
        if start == 0:
            self._coming = CompiledTopics(self.analysis)
        if len(self._coming) != start:
            return False
        for topic in topics:
            self._coming.add(topic)
        if len(self._coming) == total:
            self._topics, self._edition = self._coming, edition
        return True

    def tried(self, topics: tuple[Topic, ...]) -> CompiledTopics:
        """Topics that somebody is writing, ready for a few slices of texts; the latest are at hand.
        Raises QuerySyntaxError."""
        ready = self._tried.pop(topics, None) or CompiledTopics(self.analysis, topics)
        self._tried[topics] = ready
        while len(self._tried) > TRIED:
            del self._tried[next(iter(self._tried))]
        return ready

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
    """What the judge process keeps, dictionaries and all."""
    engine = Engine(languages)
    engine.analysis.load()
    return engine


def judge(
    engine: Engine, title: str, text: str, hint: str | None, edition: int = 0, facts: Facts = UNKNOWN
) -> Judgement | TopicsWanted:
    """`Engine.judge`, as the judge process calls it."""
    return engine.judge(title, text, hint, edition, facts)


def take_topics(engine: Engine, edition: int, start: int, topics: Sequence[Topic], total: int) -> bool:
    """`Engine.take_topics`, as the judge process calls it."""
    return engine.take_topics(edition, start, topics, total)
