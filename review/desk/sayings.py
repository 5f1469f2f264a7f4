"""What a source is, in the visitor's language: neutral, the same on every page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from gettext import NullTranslations
from typing import Any

from babel import Locale

from alerts.composing.plain import name
from news.article import Article, Brought
from news.errors import WirewatchError
from news.phrases import Phrase
from news.source import Kind, Source
from review.desk.languages import LOCALES

Words = Callable[[str], str]


def kinds(_: Words) -> dict[str, str]:
    """Every kind of source by its value."""
    return {
        Kind.MINISTRY: _("ministry"),
        Kind.GOVERNMENT: _("government"),
        Kind.AGENCY: _("news agency"),
        Kind.BROADCASTER: _("broadcaster"),
        Kind.NEWSPAPER: _("newspaper"),
        Kind.THINK_TANK: _("think tank"),
        Kind.IGO: _("intergovernmental organisation"),
        Kind.MOVEMENT: _("movement"),
        Kind.PERSON: _("person"),
        Kind.CLIPPED: _("clipped by hand"),
    }


def tiers(_: Words) -> dict[str, str]:
    """Every tier by its value."""
    return {"must-have": _("must-have"), "useful": _("useful"), "background": _("background")}


def verdicts(_: Words) -> dict[str, str]:
    """Every verdict by its value, the strongest first."""
    return {"must-read": _("must-read"), "relevant": _("relevant"), "noise": _("noise")}


def language(code: str | None, tag: str, _: Words) -> str:
    """The name of a language (ISO 639-1) in the visitor's language `tag`."""
    if not code:
        return _("language not known")
    return _locale(tag).languages.get(code) or name(code, 20)


def country(code: str, tag: str) -> str:
    """The name of a country (ISO 3166-1 alpha-2)."""
    return _locale(tag).territories.get(code.upper()) or name(code, 20)


def what(source: Source, tag: str, _: Words) -> str:
    """What a source is: "ministry, speaks for Armenia"; "news agency, published in: Azerbaijan"."""
    kind = kinds(_).get(source.kind, source.kind)
    if source.speaks_for:
        return _("%(kind)s, speaks for %(name)s") % {"kind": kind, "name": name(source.speaks_for, 60)}
    parts = [kind]
    if source.control:
        parts.append(_("control: %(control)s") % {"control": name(source.control, 60)})
    if source.country:
        parts.append(_("published in: %(country)s") % {"country": country(source.country, tag)})
    if source.owner:
        parts.append(_("owner: %(owner)s") % {"owner": name(source.owner, 60)})
    return ", ".join(parts)


def came(article: Article, _: Words) -> str:
    """How an article came, in a sentence."""
    return {
        Brought.VISIT: _("A visit to the source found it."),
        Brought.BACKFILL: _("It came when the source's lists were paged back."),
        Brought.IMPORT: _("It was imported."),
        Brought.CLIP: _("Somebody clipped it by hand."),
    }[article.brought]


def again(text: str, words: NullTranslations) -> str:
    """A phrase in the visitor's language, with the phrases in it; any other text as it is."""
    return _again(text.templates, text.facts, words) if isinstance(text, Phrase) else text


def error(error: WirewatchError, words: NullTranslations) -> str:
    """What an expected error says; of its facts those that are phrases are said again, too."""
    return _again((error.template,), error.facts, words)


def _again(templates: tuple[str, ...], facts: Mapping[str, Any], words: NullTranslations) -> str:
    said = {name: again(fact, words) if isinstance(fact, str) else fact for name, fact in facts.items()}
    if len(templates) == 1:
        return words.gettext(templates[0]).format(**said)
    one, many = templates
    return words.ngettext(one, many, facts["number"]).format(**said)


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(LOCALES[tag])
