"""A pack's folder: what is read from it, when it counts as changed, what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from news.errors import CatalogueError
from review import packs

SOURCE = '[[source]]\nslug = "{}"\nname = "A"\nkind = "agency"\nurl = "https://a.example/rss"\n'
TOPIC = '[[topic]]\nslug = "{}"\nname = "Lachin"\nterms.en = ["Lachin"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "caucasus"
    made.mkdir()
    (made / "b.toml").write_text(SOURCE.format("b") + TOPIC.format("lachin"), "utf-8")
    (made / "a.toml").write_text(SOURCE.format("a"), "utf-8")
    (made / "README.md").write_text("not read", "utf-8")
    return made


def test_sources_and_topics_may_stand_in_any_file(folder: Path) -> None:
    pack = packs.read(folder)
    assert pack.name == "caucasus"
    assert [source.slug for source in pack.sources] == ["a", "b"]
    assert [topic.slug for topic in pack.topics] == ["lachin"]


def test_the_digest_is_of_the_toml_files_and_their_names(folder: Path) -> None:
    digests = [packs.read(folder).digest]
    (folder / "README.md").write_text("not read either", "utf-8")
    assert packs.read(folder).digest == digests[0]
    (folder / "a.toml").write_text("# more\n" + SOURCE.format("a"), "utf-8")
    digests.append(packs.read(folder).digest)
    (folder / "a.toml").rename(folder / "c.toml")
    digests.append(packs.read(folder).digest)
    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SOURCE.format("c").replace("kind", "kynd"), r"/c\.toml: c: kynd: no such key. Did you mean kind"),
        (TOPIC.format("Lachin 2"), r"/c\.toml: Lachin 2: that is no slug"),
        (TOPIC.format("t").replace('Lachin"]', '?!"]'), r"/c\.toml: t: .*has no letter"),
        (SOURCE.format("b"), r"/c\.toml: b: the slug stands in b\.toml too"),
        (TOPIC.format("lachin"), r"/c\.toml: lachin: the slug stands in b\.toml too"),
        ("[[sorce]]\n", r"/c\.toml: sorce: no such key. Did you mean \[\[source\]\]"),
        ("[[source]\n", r"/c\.toml: \(file\): not TOML"),
    ],
)
def test_a_mistake_names_file_block_and_key(folder: Path, text: str, why: str) -> None:
    (folder / "c.toml").write_text(text, "utf-8")
    with pytest.raises(CatalogueError, match=why):
        packs.read(folder)


def test_a_folder_without_toml_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no \.toml file in it\. A pack is a folder"):
        packs.read(tmp_path)
