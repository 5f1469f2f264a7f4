"""How much of each article a message can hold, so that no mail program cuts it off.

Topics take turns, and in each of them institutions' own statements go before
the press. If all articles fit in full they are; otherwise as many as can be are
named at least, within seven tenths of the room, and what is left lets the
first of them be shown in full.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from alerts.composing.items import Item
from alerts.composing.page import Form

NAMED = 0.7  # of the room goes to naming articles before any is shown in full


@dataclass(frozen=True, slots=True)
class Cost:
    """Bytes an article takes in full and in brief, the lines that refer to it included."""

    full: float
    brief: float


def in_turn(items: Sequence[Item], topics: Sequence[str]) -> tuple[Item, ...]:
    """`items` in the order in which they get room: one of each topic in turn.

    Each counts for the first of its topics; within one the order stays, so
    that institutions, which come first in it, get room first.
    """
    queues: dict[str, list[Item]] = {topic: [] for topic in topics}
    for item in items:
        queues.get(item.topics[0], []).append(item)
    return tuple(item for turn in zip_longest(*queues.values()) for item in turn if item)


def granted(order: Sequence[Item], costs: Mapping[int, Cost], room: float) -> dict[int, Form]:
    """For each article that is shown, by its id, how much of it: FULL or BRIEF. `room` is in bytes."""
    if sum(costs[item.article].full for item in order) <= room:
        return {item.article: Form.FULL for item in order}
    everyone = sum(costs[item.article].brief for item in order)
    forms: dict[int, Form] = {}
    spent = _name(order, costs, room if everyone <= room * NAMED else room * NAMED, forms, 0.0)
    for item in order:
        more = costs[item.article].full - costs[item.article].brief
        if item.article not in forms or spent + more > room:
            break
        spent += more
        forms[item.article] = Form.FULL
    _name(order, costs, room, forms, spent)
    return forms


def _name(
    order: Sequence[Item], costs: Mapping[int, Cost], room: float, forms: dict[int, Form], spent: float
) -> float:
    """Name, in order, those not in `forms` yet, as long as there is room; what is spent then."""
    for item in order:
        if item.article in forms:
            continue
        if spent + costs[item.article].brief > room:
            break
        spent += costs[item.article].brief
        forms[item.article] = Form.BRIEF
    return spent
