"""A phrase is its English text, and can be said again."""

import pickle

from news.phrases import Phrase


def test_a_phrase_is_a_text_that_knows_its_facts() -> None:
    span = Phrase.several("{number} day", "{number} days", 3)
    said = Phrase("no new item for {span}; {hint}", span=span, hint="normally 1 a day")
    assert said == "no new item for 3 days; normally 1 a day"
    assert said.templates == ("no new item for {span}; {hint}",)
    assert said.facts == {"span": span, "hint": "normally 1 a day"}
    assert Phrase.several("{number} day", "{number} days", 1) == "1 day"


def test_a_phrase_in_an_error_crosses_processes() -> None:
    span = Phrase.several("{number} day", "{number} days", 3)
    again = pickle.loads(pickle.dumps(span))
    assert (again, again.templates, again.facts) == (span, span.templates, span.facts)
