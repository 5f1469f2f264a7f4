"""Words once analysed are known after a restart, whatever happened to the file."""

from itertools import islice, product
from pathlib import Path

from matching.index import ANALYSIS
from matching.keys import Analysis
from wirewatch.words import AT_ONCE, LONGEST_FILE, WordFile, setup


def held(folder: Path) -> dict[tuple[str, str], str]:
    return {(code, word): keys for code, word, keys in WordFile(folder).words()}


def test_what_one_judge_learnt_the_next_one_knows(tmp_path: Path) -> None:
    engine = setup(("ru",), str(tmp_path))
    made = ("".join(letters) for letters in product("абвгде", repeat=4))
    engine.judge("", " ".join(islice(made, AT_ONCE)), "ru")
    words = held(tmp_path)
    assert words
    told: list[str] = []
    again = Analysis(("ru",), lambda code, word, keys: told.append(word))
    for (code, word), keys in words.items():
        again.remember(code, word, keys)
    for _, word in words:
        assert set(words["ru", word].split()) <= {*again.keys("ru")[word]}
    assert told == []


def test_a_line_half_written_is_no_word(tmp_path: Path) -> None:
    file = WordFile(tmp_path)
    file.learn("ru", "слово", "ruL:слово")
    file.write()
    path = tmp_path / f"words-{ANALYSIS}.tsv"
    path.write_bytes(path.read_bytes() + "ru\tдело\truL:д".encode()[:-1])
    file.learn("ru", "тело", "ruL:тело")
    file.learn("ru", "тема", "ruL:тема")
    file.write()
    assert held(tmp_path) == {("ru", "слово"): "ruL:слово", ("ru", "тема"): "ruL:тема"}
    path.write_bytes(path.read_bytes() + b"ru\tx")
    assert len(held(tmp_path)) == 2


def test_words_of_another_analysis_go_and_a_file_too_long_begins_anew(tmp_path: Path) -> None:
    other, own = tmp_path / "words-0.tsv", tmp_path / f"words-{ANALYSIS}.tsv"
    other.write_text("ru\tслово\truL:слово\n")
    with own.open("wb") as sparse:
        sparse.truncate(LONGEST_FILE + 1)
    assert held(tmp_path) == {}
    assert not other.exists()
    assert not own.exists()


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    file = WordFile(tmp_path / "missing")
    file.learn("ru", "слово", "ruL:слово")
    file.write()
    assert list(file.words()) == []
