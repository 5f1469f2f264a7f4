"""Moments as people write them on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from news.errors import WrongMoment
from wirewatch.settings import Settings


def moment(option: str, written: str | None, settings: Settings) -> datetime | None:
    """A date or an hour in UTC; without a zone it is one of the operator's. Raises WrongMoment."""
    if written is None:
        return None
    try:
        said = datetime.fromisoformat(written)
    except ValueError:
        raise WrongMoment(option=option, written=written) from None
    return (said if said.tzinfo else said.replace(tzinfo=settings.zone)).astimezone(UTC)
