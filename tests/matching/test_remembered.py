"""What is made of words is made once, while it is remembered."""

from collections.abc import Sequence

from matching.remembered import Remembered


class Doubled(Remembered[str]):
    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.made: list[str] = []

    def make_each(self, words: Sequence[str]) -> list[str]:
        self.made += words
        return [word * 2 for word in words]


def test_of_the_words_remembered_those_not_asked_for_go_first() -> None:
    doubled = Doubled(3)
    for word in "abcdaeabcd":
        assert doubled[word] == word * 2
    # "d" puts three aside, of which "a" comes back; "b" puts aside "d", "a" and "e", and "c" is gone.
    assert doubled.made == ["a", "b", "c", "d", "e", "c"]
    assert len(doubled) <= 3


def test_of_many_words_at_a_time_each_has_its_own_and_is_made_once() -> None:
    doubled = Doubled(3)
    assert doubled.each([*"abab"]) == ["aa", "bb", "aa", "bb"]
    assert doubled.each([*"bcdea"]) == ["bb", "cc", "dd", "ee", "aa"]
    assert doubled.each([*"fa"]) == ["ff", "aa"]
    assert doubled.made == [*"abcdef"]
    assert doubled.each([]) == []
