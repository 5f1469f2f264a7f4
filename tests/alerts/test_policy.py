"""What goes now, what waits for the hour to end, and what the hour then owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from alerts.policy import (
    Decision,
    Untold,
    by_article,
    decide,
    hour_of,
    hours_to_know,
    look_back,
    sweep_from,
    untold,
)
from news.telling import Hit, Listener, Mode, Subscription

TEN = datetime(2026, 11, 2, 10, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def hit(article: int, minutes: float = 0, topic: str = "talks") -> Hit:
    """Judged so many minutes after ten."""
    return Hit(topic, article, 1, 1, TEN + minutes * MINUTE)


def listener(*topics: str, told_until: datetime | None = None, start: datetime = TEN) -> Listener:
    subscription = Subscription(
        7, "a@b.example", "folder", Mode.INSTANT, topics, "UTC", None, True, start, start, told_until
    )
    return Listener(subscription, dict.fromkeys(topics, start))


def decided(
    *hits: Hit, sent: Mapping[datetime, int] | None = None, now: datetime, cap: int = 2
) -> tuple[list[int], list[int], dict[datetime, list[int]]]:
    """Articles told now, waiting, and held back by hour."""
    decision = decide(by_article(hits), sent or {}, now=now, per_hour=cap)
    overflow = {hour: [each.article for each in held] for hour, held in decision.overflow}
    return (
        [each.article for each in decision.now],
        [each.article for each in decision.waiting],
        overflow,
    )


class TestWhatIsUntold:
    def test_is_what_the_ledger_does_not_know_of_topics_listened_to(self) -> None:
        hits = {"talks": [hit(1), hit(2)], "roads": [hit(2, topic="roads")], "weather": [hit(3)]}
        known = {(7, "talks", 1), (8, "talks", 2), (7, "roads", 1)}
        assert untold(listener("roads", "talks"), hits, known) == (hit(2, topic="roads"), hit(2))

    def test_starts_with_what_is_judged_from_then_on(self) -> None:
        hits = {"talks": [hit(1, -0.01), hit(2, 0), hit(3, 1)]}
        assert untold(listener("talks"), hits, set()) == (hit(2), hit(3, 1))

    def test_travels_by_article_the_first_judged_first(self) -> None:
        hits = [hit(1, 5), hit(2, 3), hit(1, 1, "roads")]
        assert by_article(hits) == (Untold(1, (hit(1, 5), hit(1, 1, "roads"))), Untold(2, (hit(2, 3),)))


class TestTheCap:
    def test_below_it_everything_goes_at_once(self) -> None:
        assert decided(hit(1), hit(2, 1), now=TEN + MINUTE) == ([1, 2], [], {})

    def test_above_it_the_rest_waits_for_the_hour_to_end(self) -> None:
        hits = [hit(number, number) for number in (1, 2, 3)]
        assert decided(*hits, now=TEN + 5 * MINUTE) == ([1, 2], [3], {})
        assert decided(*hits, sent={TEN: 1}, now=TEN + 5 * MINUTE) == ([1], [2, 3], {})
        assert decided(*hits, sent={TEN: 9}, now=TEN + 5 * MINUTE) == ([], [1, 2, 3], {})

    def test_when_the_hour_has_ended_it_is_its_overflow(self) -> None:
        assert decided(hit(3, 3), hit(4, 4), sent={TEN: 2}, now=TEN + HOUR) == ([], [], {TEN: [3, 4]})

    def test_what_was_judged_just_before_an_hour_that_was_not_full_is_fresh(self) -> None:
        assert decided(hit(1, 59.9), sent={TEN: 1}, now=TEN + HOUR) == ([1], [], {})

    def test_what_came_late_into_an_hour_that_filled_up_waits_no_longer_than_that_hour(self) -> None:
        late = [hit(number, 59) for number in (1, 2, 3)]
        assert decided(*late, now=TEN + HOUR) == ([1, 2], [3], {})
        assert decided(hit(3, 59), sent={TEN + HOUR: 2}, now=TEN + 2 * HOUR) == ([], [], {TEN + HOUR: [3]})

    def test_after_downtime_each_full_hour_owes_its_own(self) -> None:
        hits = [hit(1, 30), hit(2, 90), hit(3, 150)]
        sent = {TEN: 2, TEN + HOUR: 2, TEN + 2 * HOUR: 1}
        assert decided(*hits, sent=sent, now=TEN + 5 * HOUR) == ([3], [], {TEN: [1], TEN + HOUR: [2]})

    def test_overflow_takes_no_room_from_the_new_hour(self) -> None:
        hits = [hit(1, 30), hit(2, 61), hit(3, 62)]
        assert decided(*hits, sent={TEN: 2}, now=TEN + 65 * MINUTE) == ([2, 3], [], {TEN: [1]})

    def test_a_clock_that_was_put_back_makes_nothing_wait(self) -> None:
        assert decided(hit(1, 600), sent={TEN: 1}, now=TEN) == ([1], [], {})
        assert hours_to_know(by_article([hit(1, 600)]), TEN) == (TEN,)

    def test_nothing_is_nothing(self) -> None:
        assert decide((), {}, now=TEN, per_hour=1) == Decision()
        assert hours_to_know((), TEN) == ()

    def test_hours_are_known_from_the_first_judged_in(self) -> None:
        assert hours_to_know(by_article([hit(1, 90), hit(2, 30)]), TEN + 150 * MINUTE) == (
            TEN,
            TEN + HOUR,
            TEN + 2 * HOUR,
        )
        assert hour_of(TEN + 59.99 * MINUTE) == TEN


class TestHowFarBackOneLooks:
    def test_a_new_subscription_from_its_start(self) -> None:
        assert look_back(listener("talks"), TEN + 99 * HOUR) == {"talks": TEN}

    def test_later_a_day_and_the_zones_before_the_last_window_s_end(self) -> None:
        told = listener("talks", told_until=TEN + 99 * HOUR)
        assert look_back(told, TEN + 123 * HOUR) == {"talks": TEN + 73 * HOUR}
        added_later = replace(told, since={"talks": TEN, "roads": TEN + 98 * HOUR})
        assert look_back(added_later, TEN + 123 * HOUR)["roads"] == TEN + 98 * HOUR

    def test_a_window_that_ends_in_the_future_bounds_nothing(self) -> None:
        ahead = listener("talks", told_until=TEN + 87_600 * HOUR)
        assert look_back(ahead, TEN + 99 * HOUR) == {"talks": TEN + 73 * HOUR}

    def test_sweeps_look_far_back_once_an_hour(self) -> None:
        swept = listener("talks", told_until=TEN + 99 * HOUR)
        assert sweep_from(swept, TEN + 99 * HOUR + MINUTE) == {"talks": TEN + 99 * HOUR - 15 * MINUTE}
        assert sweep_from(swept, TEN + 100 * HOUR) == {"talks": TEN + 73 * HOUR}
        assert sweep_from(swept, TEN + 98 * HOUR) == {"talks": TEN + 72 * HOUR}
