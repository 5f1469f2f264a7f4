"""Which of the offered forms are taken, as people write it: by number, by text, by language, one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from matching.keys import spelled
from matching.naming import Offer
from news.errors import TopicError
from news.languages.registry import LANGUAGES
from news.watch import Role
from review.topics import parse_term

NUMBERS = re.compile(r"\d+(\s*,\s*\d+)*")
ALL = "all"
TAKE, LEAVE, QUIT = "t", "l", "q"
# Why a form cannot be taken.
OBSTACLE = "alone it proves nothing, and the topic has no other term"


def chosen(
    slug: str,
    offered: Sequence[Offer],
    *,
    take: Iterable[str] = (),
    take_all: str = "",
    leave: Iterable[str] = (),
) -> list[int]:
    """The places of the offers that are taken: those of `take` (numbers from 1, or texts, with or without
    a language), those takable of the languages `take_all` that hold today, without those of `leave`.
    Raises TopicError."""
    languages = _languages(slug, take_all)
    every = (place for place, offer in enumerate(offered) if offer.takable and offer.holds)
    wanted = {place for place in every if offered[place].form.language in languages}
    for written in take:
        for place in _places(slug, offered, written):
            if not offered[place].takable:
                form = offered[place].form
                problem = f"{form.text!r} cannot be taken: {OBSTACLE}"
                raise TopicError(
                    topic=slug, problem=problem, remedy="Leave it, or give the topic another first."
                )
            wanted.add(place)
    for written in leave:
        wanted -= {*_places(slug, offered, written)}
    return sorted(wanted)


def asked(count: int, ask: Callable[[int], str]) -> list[int]:
    """The places that `ask` answers with `t`ake; `q` leaves the rest."""
    taken: list[int] = []
    for place in range(count):
        answer = ask(place)
        if answer == QUIT:
            break
        if answer == TAKE:
            taken.append(place)
    return taken


def _places(slug: str, offered: Sequence[Offer], written: str) -> list[int]:
    if NUMBERS.fullmatch(written.strip()):
        places = [int(number) - 1 for number in written.split(",")]
        missing = [place + 1 for place in places if not 0 <= place < len(offered)]
        if missing:
            problem = f"no form is numbered {missing[0]}"
            raise TopicError(topic=slug, problem=problem, remedy=_remedy(slug, offered))
        return places
    term = parse_term(written, Role.NAME)
    places = [
        place
        for place, offer in enumerate(offered)
        if spelled(offer.form.text) == spelled(term.text) and term.language in (None, offer.form.language)
    ]
    if not places:
        problem = f"{written!r} is not offered"
        raise TopicError(topic=slug, problem=problem, remedy=_remedy(slug, offered))
    return places


def _languages(slug: str, take_all: str) -> set[str]:
    given = {code.strip() for code in take_all.split(",") if code.strip()}
    if ALL in given:
        return {*LANGUAGES}
    for code in sorted(given - LANGUAGES.keys()):
        remedy = f"Valid are: {ALL}, {', '.join(sorted(LANGUAGES))}."
        raise TopicError(topic=slug, problem=f"{code!r} is no language of ours", remedy=remedy)
    return given


def _remedy(slug: str, offered: Sequence[Offer]) -> str:
    if not offered:
        return "There is nothing to offer."
    return f"`wirewatch topics offer {slug}` shows 1 to {len(offered)}."
