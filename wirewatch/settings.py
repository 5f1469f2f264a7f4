"""The operator's settings: one TOML file, every key also by environment variable.

`WIREWATCH_DATABASE` sets `database`, `WIREWATCH_CRAWL__DELAY` sets `delay` in
`[crawl]`; lists and tables are JSON there. The environment goes before the
file. Settings are read once, at the edge, and passed on as a value.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError

from news.errors import SettingsError
from news.languages.registry import LANGUAGES
from wirewatch.sections import (
    Alerts,
    Crawl,
    Desk,
    Egress,
    Logs,
    Mail,
    Operator,
    Retention,
    Section,
    Service,
    X,
    database_address,
    language_code,
    zone_name,
)

PREFIX = "WIREWATCH_"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what an operator may set, not what we listen on
# Not settings: the first names the settings file itself, the second where benchmarks find corpora.
NOT_SETTINGS = {"WIREWATCH_SETTINGS", "WIREWATCH_CORPORA"}
# By the type of a key's default: what a file may give it, in TOML's types and in words.
TOML_TYPES: Mapping[type, tuple[tuple[type, ...], str]] = {
    bool: ((bool,), "true or false"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    str: ((str,), "text in quotes"),
    Path: ((str,), "text in quotes"),
    tuple: ((list,), "a list"),
    dict: ((dict,), "a table"),
}


class Settings(BaseSettings):
    """All of it. `file` is where it was read from, None when there was no file."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data: Path = Path("data")
    database: Annotated[str, AfterValidator(database_address)] = ""
    languages: Annotated[tuple[Annotated[str, AfterValidator(language_code)], ...], Field(min_length=1)] = (
        tuple(sorted(LANGUAGES))
    )
    time_zone: Annotated[str, AfterValidator(zone_name)] = "UTC"
    packs: tuple[str, ...] = ()
    crawl: Crawl = Crawl()
    egress: Egress = Egress()
    mail: Mail = Mail()
    x: X = X()
    alerts: Alerts = Alerts()
    operator: Operator = Operator()
    service: Service = Service()
    desk: Desk = Desk()
    logs: Logs = Logs()
    retention: Retention = Retention()
    _file: Path | None = None

    @property
    def file(self) -> Path | None:
        return self._file

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @property
    def folder(self) -> Path:
        """Where the settings file is, or would be."""
        return self._file.parent if self._file else Path()

    @property
    def database_url(self) -> str:
        """The database's URL; without one, a SQLite file in the data folder."""
        return self.database or f"sqlite:///{self.data / 'wirewatch.db'}"

    @property
    def outbox(self) -> Path:
        """The folder of messages that leave as files."""
        return self.data / self.mail.folder

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def load(file: Path | None = None) -> Settings:
    """The settings of `file`, or of `settings.toml` here if there is one, under the environment.

    Relative paths in the file are relative to its folder. Raises SettingsError
    naming every key that cannot be used and what would be valid.
    """
    named = file or (Path(os.environ["WIREWATCH_SETTINGS"]) if "WIREWATCH_SETTINGS" in os.environ else None)
    path = named or Path("settings.toml")
    values = _read(path) if named or path.exists() else {}
    where = str(path) if values else "settings"
    _refuse_unknown_variables(os.environ)
    _refuse_broken_json(os.environ)
    _refuse_secrets(where, values)
    _refuse_wrong_types(where, values)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise _explain(where, error) from error
    except SourceError as error:
        problem = str(error.__cause__ or error)
        raise SettingsError(
            file="environment", key=str(error), problem=problem, remedy="Lists and tables are JSON there."
        ) from error
    anchored = _anchored(settings, path.parent)
    anchored._file = path if path.exists() else None
    return anchored


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            file=path, key="(file)", problem=error.strerror, remedy="Name a readable file with --settings."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            file=path, key="(file)", problem=f"not TOML: {error}", remedy="Mend that line."
        ) from error


def _refuse_secrets(where: str, values: Mapping[str, Any]) -> None:
    url, mail, x = urlsplit(str(values.get("database", ""))), values.get("mail"), values.get("x")
    in_url = url.password or any("password" in name for name in parse_qs(url.query))
    in_mail = mail.get("password") if isinstance(mail, dict) else None
    in_x = x.get("token") if isinstance(x, dict) else None
    for key, secret in {"database": in_url, "mail.password": in_mail, "x.token": in_x}.items():
        if secret:
            remedy = f"Secrets stand only in the environment: set {_variable(key)} and leave this out."
            problem = "it holds a token" if key == "x.token" else "it holds a password"
            raise SettingsError(file=where, key=key, problem=problem, remedy=remedy)


def _refuse_wrong_types(where: str, values: Mapping[str, Any]) -> None:
    """What pydantic would bend to fit: variables are text, so it takes "2" for a number, and true for 1."""
    for section, field in Settings.model_fields.items():
        if isinstance(field.default, Section) and not isinstance(values.get(section, {}), dict):
            problem = f"{values[section]!r} is not a table"
            raise SettingsError(file=where, key=section, problem=problem, remedy=f"Write [{section}].")
    for key in keys():
        section, _, name = key.rpartition(".")
        holder = values.get(section, {}) if section else values
        kinds, words = _toml_type(_default(key))
        if name in holder and not _fits(holder[name], kinds):
            problem = f"{holder[name]!r} is not {words}"
            raise SettingsError(file=where, key=key, problem=problem, remedy=f"Give {words}.")


def _fits(value: Any, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _toml_type(default: Any) -> tuple[tuple[type, ...], str]:
    return next(
        (found for kind, found in TOML_TYPES.items() if isinstance(default, kind)), ((object, bool), "")
    )


def _default(key: str) -> Any:
    section, _, name = key.rpartition(".")
    model = type(Settings.model_fields[section].default) if section else Settings
    return model.model_fields[name].default


def _variable(key: str) -> str:
    return PREFIX + key.replace(".", "__").upper()


def _refuse_broken_json(environ: Mapping[str, str]) -> None:
    given = {name.upper(): text for name, text in environ.items()}
    for key in keys():
        kinds, words = _toml_type(_default(key))
        variable = _variable(key)
        if variable not in given or not {list, dict} & set(kinds):
            continue
        try:
            if isinstance(json.loads(given[variable]), kinds):
                continue
            problem = f"{given[variable]!r} is not {words} in JSON"
        except json.JSONDecodeError as error:
            problem = f"{given[variable]!r} is not JSON ({error})"
        example = '["en", "hy"]' if list in kinds else '{"a.example": "192.0.2.7"}'
        remedy = f"Lists and tables are JSON there, such as {example}."
        raise SettingsError(file="environment", key=variable, problem=problem, remedy=remedy)


def _refuse_unknown_variables(environ: Mapping[str, str]) -> None:
    known = {name.upper() for key in keys() for name in (PREFIX + key.replace(".", "__"),)}
    sections = {PREFIX + key.partition(".")[0].upper() for key in keys() if "." in key}
    for name in sorted(environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known | sections | NOT_SETTINGS:
            raise SettingsError(
                file="environment", key=name, problem="no such setting", remedy=_nearest(name.upper(), known)
            )


def base_url(settings: Settings) -> str:
    """How browsers reach the desk, without a slash at the end; one that listens everywhere, here."""
    told = settings.desk
    host = "127.0.0.1" if told.host in EVERYWHERE else f"[{told.host}]" if ":" in told.host else told.host
    return told.base_url.rstrip("/") or f"http://{host}:{told.port}"


def keys() -> list[str]:
    """Every key by its dotted path, in the order of the file."""
    found = []
    for name, field in Settings.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Section):
            found += [f"{name}.{key}" for key in inner.model_fields]
        else:
            found.append(name)
    return found


def _nearest(name: str, known: set[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"Did you mean {near[0]}?" if near else f"Valid are: {', '.join(sorted(known))}."


def _explain(where: str, error: ValidationError) -> SettingsError:
    """One error for all that is wrong: the first in full, the others after it."""
    (key, problem, remedy), *others = [_said(found) for found in error.errors()]
    also = "".join(f" Also {key}: {problem}. {remedy}" for key, problem, remedy in others)
    if _variable(key) in map(str.upper, os.environ):
        where, key = "environment", _variable(key)
    return SettingsError(file=where, key=key, problem=problem, remedy=remedy + also)


def _said(found: ErrorDetails) -> tuple[str, str, str]:
    """Key, problem and remedy of one of pydantic's findings."""
    key = ".".join(str(part) for part in found["loc"] if not isinstance(part, int))
    if found["type"] == "extra_forbidden":
        return key, "no such key", _nearest(key, set(keys()))
    given = re.sub(r"//([^/@:]*):[^@]*@", r"//\1:***@", repr(found["input"]))  # no password in a message
    problem = f"{given}: {found['msg'].removeprefix('Value error, ')}"
    return key, problem, "Mend it there or by environment variable."


def _anchored(settings: Settings, folder: Path) -> Settings:
    """Relative paths made relative to the settings file's folder, so that it works from anywhere."""
    data = folder / settings.data
    scheme, slashes, name = settings.database.partition(":///")
    database = settings.database
    if scheme == "sqlite" and slashes and not name.startswith("/"):
        database = f"sqlite:///{folder / name}"
    packs = tuple(str(folder / name) if "/" in name else name for name in settings.packs)
    return settings.model_copy(update={"data": data, "database": database, "packs": packs})
