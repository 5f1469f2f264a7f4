"""The settings file: what it takes, what it refuses, and how it says so."""

import os
from pathlib import Path

import pytest

from news.errors import SettingsError
from wirewatch.settings import keys, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("WIREWATCH_")]:
        monkeypatch.delenv(name)


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load()
    assert settings.crawl.delay == 1.0
    assert settings.egress.max_bytes == 10 * 1024 * 1024
    assert settings.database_url == "sqlite:///data/wirewatch.db"


def test_the_file_in_the_repository_shows_every_key_with_its_default_and_names_the_pack() -> None:
    shown = load(ROOT / "settings.toml")
    assert [Path(pack).name for pack in shown.packs] == ["south-caucasus"]
    own = {"data": Path("data"), "packs": ()}
    assert (
        shown.model_copy(update=own).model_dump()
        == load(Path("/dev/null")).model_copy(update=own).model_dump()
    )
    text = (ROOT / "settings.toml").read_text("utf-8")
    for key in set(keys()) - {"mail.password", "x.token"}:
        assert f"\n{key.rpartition('.')[2]} = " in text, key


def test_relative_paths_start_at_the_file(tmp_path: Path) -> None:
    settings = load(written(tmp_path, 'data = "kept"\ndatabase = "sqlite:///kept/x.db"\n'))
    assert settings.data == tmp_path / "kept"
    assert settings.database_url == f"sqlite:///{tmp_path}/kept/x.db"


def test_every_key_is_an_environment_variable_that_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "[crawl]\ndelay = 3.0\nreaders = 4\n")
    environ = {
        "WIREWATCH_CRAWL__DELAY": "0.5",
        "WIREWATCH_EGRESS__ALLOW": '["127.0.0.1:8000"]',
        "WIREWATCH_EGRESS__HOSTS": '{"a.test": "127.0.0.1"}',
        "WIREWATCH_DATABASE": "postgresql://me:secret@db/wire",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    settings = load(path)
    assert settings.crawl.delay == 0.5
    assert settings.crawl.readers == 4
    assert settings.egress.allow == ("127.0.0.1:8000",)
    assert settings.egress.hosts == {"a.test": "127.0.0.1"}
    assert settings.database_url == "postgresql://me:secret@db/wire"


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("[crawl]\ndeley = 1\n", "crawl.deley", "crawl.delay"),
        ('[crawl]\ndelay = "soon"\n', "crawl.delay", "number"),
        ("[crawl]\ndelay = -1\n", "crawl.delay", "greater than or equal to 0"),
        ('time_zone = "Yerevan"\n', "time_zone", "IANA"),
        ('languages = ["xx"]\n', "languages", "hy"),
        ('database = "mysql://x/y"\n', "database", "postgresql://"),
        ('database = "postgresql://u:pw@h/d"\n', "database", "WIREWATCH_DATABASE"),
        ('[mail]\npassword = "pw"\n', "mail.password", "WIREWATCH_MAIL__PASSWORD"),
        ('[mail]\nsender = "me"\n', "mail.sender", "e-mail"),
        ('[mail]\nsecurity = "ssl"\n', "mail.security", "starttls"),
        ('[egress]\nallow = ["10.0.0.1"]\n', "egress.allow", "address:port"),
        ('[crawl]\ncontact = "me"\n', "crawl.contact", "e-mail"),
        ("data = \n", "(file)", "line 1"),
        ("[crawl]\ndelay = true\n", "crawl.delay", "a number"),
        ('[crawl]\nreaders = "2"\n', "crawl.readers", "a whole number"),
        ("[crawl]\nreaders = 2.0\n", "crawl.readers", "a whole number"),
        ("data = 5\n", "data", "text in quotes"),
        ("crawl = 3\n", "crawl", "[crawl]"),
        ('[egress]\nallow = "127.0.0.1:1"\n', "egress.allow", "a list"),
        ('[egress]\nallow = ["999.1.1.1:80"]\n', "egress.allow", "address:port"),
        ('[egress]\nallow = ["[zz::1]:80"]\n', "egress.allow", "address:port"),
        ('[egress]\nhosts = { "a.test" = "nowhere" }\n', "egress.hosts", "192.0.2.7"),
        ("languages = []\n", "languages", "at least 1"),
        ('database = "sqlite:///"\n', "database", "sqlite:///FILE"),
        ('database = "postgresql://h:port/d"\n', "database", "port"),
        ('database = "postgresql://h/d?password=pw"\n', "database", "WIREWATCH_DATABASE"),
        ('[crawl]\ncontact = "b\u00f6b@x.org"\n', "crawl.contact", "ASCII"),
    ],
)
def test_a_mistake_is_one_error_that_names_file_and_key(
    tmp_path: Path, text: str, key: str, hint: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load(path)
    said = str(caught.value)
    assert str(path) in said
    assert key in said
    assert hint in said


def test_an_unknown_variable_is_refused_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_CRAWL__DELEY", "1")
    with pytest.raises(SettingsError, match="WIREWATCH_CRAWL__DELAY"):
        load()


def test_a_list_that_is_not_json_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_EGRESS__ALLOW", "127.0.0.1:80")
    with pytest.raises(SettingsError, match="WIREWATCH_EGRESS__ALLOW"):
        load()


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("WIREWATCH_CRAWL__DELAY", "soon", "valid number"),
        ("WIREWATCH_LANGUAGES", "en", '["en", "hy"]'),
        ("WIREWATCH_EGRESS__ALLOW", '"127.0.0.1:80"', "a list"),
        ("WIREWATCH_EGRESS__HOSTS", "{", "not JSON"),
        ("wirewatch_packs", "{}", "a list"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, hint: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load(written(tmp_path, ""))
    assert f"environment: {name.upper()}: " in str(caught.value)
    assert hint in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://me:hushhush@h/x", "postgresql://me:hushhush@h:port/x"])
def test_no_message_holds_a_password(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE", url)
    with pytest.raises(SettingsError) as caught:
        load()
    assert "WIREWATCH_DATABASE" in str(caught.value)
    assert "hushhush" not in str(caught.value)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--settings"):
        load(tmp_path / "none.toml")
