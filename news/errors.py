"""The one tree of expected errors.

Each error carries its facts as attributes and renders its own message: what
happened, where (file and key, source, url, topic, channel) and what to do.
Expected trouble is recorded and logged once at a boundary, and the run goes
on; anything that is not a `WirewatchError` is a bug and propagates.

Errors cross process boundaries (readers, judge), so every one of them must
survive pickling: facts are keyword arguments kept in `facts`.
"""

from __future__ import annotations

from typing import Any, ClassVar


class WirewatchError(Exception):
    """Root of the tree. `facts` are the keyword arguments it was raised with."""

    template: ClassVar[str] = "{reason}"
    retryable: ClassVar[bool] = False

    def __init__(self, **facts: Any) -> None:
        super().__init__(facts)
        self.facts = facts

    def __getattr__(self, name: str) -> Any:
        facts = self.__dict__.get("facts", {})
        if name in facts:
            return facts[name]
        raise AttributeError(name)

    def __str__(self) -> str:
        return self.template.format(**self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.facts)


def _rebuild(kind: type[WirewatchError], facts: dict[str, Any]) -> WirewatchError:
    return kind(**facts)


class SettingsError(WirewatchError):
    """A key of `settings.toml` or its environment variable cannot be used."""

    template = "{file}: {key}: {problem}. {remedy}"


class CatalogueError(WirewatchError):
    """A source block (pack, import file, command) cannot be used."""

    template = "{file}: {where}: {problem}. {remedy}"


class UnknownSource(WirewatchError):
    template = "no source named {slug!r}. `wirewatch sources list` shows those there are."


class SourceTaken(WirewatchError):
    template = "there is a source named {slug!r} already. Give the new one another slug, or change that one."


class TooSlow(WirewatchError):
    template = "{url} has not answered in full within {seconds:g} s. Nothing was changed; try again later."


class TooManyLooks(WirewatchError):
    template = "{number} sites are being looked at already. Wait until one of these looks has ended."


class UnknownLook(WirewatchError):
    template = "that look at a site is not there any more. Give the address again."


class NotVisited(WirewatchError):
    """What was brought by hand has no address that could be visited."""

    template = "{slug!r} holds what was brought by hand: it has no address to visit."


class UnknownArticle(WirewatchError):
    template = "no item with id {id}. `wirewatch items` shows those there are."


class UnknownRemark(WirewatchError):
    template = "there is no {kind} {id}: it may have been taken away."


class NothingToJudge(WirewatchError):
    template = "no topic was found in item {id}: say under which topic it is to be judged."


class RemarkError(WirewatchError):
    """A note, a tag or a line that cannot be kept."""

    template = "the {kind} cannot be kept: {problem}. {remedy}"


class UnknownTopic(WirewatchError):
    template = "no topic named {slug!r}. `wirewatch topics list` shows those there are."


class UnknownSubscription(WirewatchError):
    template = "no subscription {id}. `wirewatch subscriptions list` shows those there are."


class UnknownDigest(WirewatchError):
    template = "no digest {id}. `wirewatch deliveries` shows what was sent."


class UnknownDelivery(WirewatchError):
    template = "no delivery {id}. `wirewatch deliveries` shows those there are."


class UnknownAccount(WirewatchError):
    template = "no account {name!r}. `wirewatch accounts list` shows those there are."


class AccountError(WirewatchError):
    """An account cannot be made or changed like that."""

    template = "account {name!r}: {problem}. {remedy}"


class NotToBeResent(WirewatchError):
    """Only what failed or was parked, and whose words are still there, can be put back into the outbox."""

    template = "delivery {id} cannot be sent again: {reason}."


class ChangedMeanwhile(WirewatchError):
    """What was to be changed is not as it was when it was read. `noun` and `key` say what."""

    template = "{noun} {key} was changed meanwhile. Read it again, then change it."


class NotStorable(WirewatchError):
    """A value is none that the database can keep or look for: a NUL in a text, a number out of all bounds."""

    template = "a value cannot be kept: {problem}"


class TopicError(WirewatchError):
    """A topic cannot be used as it is written. `topic` and `problem` say what, `remedy` what to do."""

    template = "topic {topic!r}: {problem}. {remedy}"


class TopicChanged(WirewatchError):
    """A topic is no longer what its editor started from. `topic` is what it is now (None: there is none any
    more), `version` its version (0: none), `seen` the one they started from (0: it was to be a new one)."""

    template = (
        "topic {slug!r} was changed meanwhile: it is version {version} now, not version {seen}. "
        "Look at the difference, then take over or merge."
    )


class QueryError(WirewatchError):
    """The archive cannot be searched for these words."""

    template = "search for {words!r}: {problem}. {remedy}"


class QuerySyntaxError(WirewatchError):
    """A query cannot be read. `problem` says what stands at `place` (characters from 1, over all lines) and
    what was expected; `picture` shows the line with a caret below the place."""

    template = "the query cannot be read at character {place}: {problem}\n{picture}"


class WrongMoment(WirewatchError):
    """What was written for a date or an hour is none."""

    template = "{option} {written!r} is no date. Write 2026-03-08 or 2026-03-08T14:00."


class SubscriptionError(WirewatchError):
    """A subscription cannot be made as asked for."""

    template = "subscription of {recipient!r}: {problem}. {remedy}"


class DeliveryError(WirewatchError):
    """One try to deliver a message failed.

    `channel` and `recipient` say where, `reason` carries the server's own
    words; `permanent` says that another try is of no use.
    """

    template = "{channel} to {recipient}: {reason}"
    retryable = True


class MailError(WirewatchError):
    """The mail server refused something, or the connection to it failed.

    `stage` says where in the dialogue, `code` is the server's reply code
    (None: it gave none), `permanent` that another try is of no use, `reason`
    has the server's words.
    """

    template = "{server}: {reason}"
    retryable = True


class StorageError(WirewatchError):
    """The database cannot be used as it is."""

    template = "{url}: {problem}. {remedy}"


class BackupError(WirewatchError):
    """A backup cannot be written, or cannot be restored as it is. Nothing was changed."""

    template = "{file}: {problem}. {remedy}"


class FetchError(WirewatchError):
    """A request that brought no usable response. `url` says which."""

    template = "{url}: {reason}"
    retryable = True


class Refused(FetchError):
    """The guard refused an address or a spelling; nothing was sent to it."""

    retryable = False


class Timeout(FetchError):
    """`reason` says which limit: connect, idle or total, in seconds."""


class TooLarge(FetchError):
    """The body, after decompression, or the headers exceed their cap."""

    retryable = False


class TlsError(FetchError):
    """The certificate or the handshake was not acceptable."""


class NameNotResolved(FetchError):
    """The host's name could not be resolved."""


class RobotsDenied(FetchError):
    """robots.txt forbids the path."""

    retryable = False


class RobotsUnavailable(RobotsDenied):
    """robots.txt cannot be had for now, and without it nothing is fetched.

    `wait` is the seconds the server asked for, None where it asked for nothing.
    """

    retryable = True


class ReadError(WirewatchError):
    """Bytes were had but could not be read as what they should be."""

    template = "{url}: {reason}"


class NotAFeed(ReadError):
    """A body that is no feed of a known form, broken beyond use or empty."""


class NoText(ReadError):
    """A file that is whole and holds no text we can read: a scan, an encrypted one, one of another kind. It
    will be the same when asked for again."""


class Interstitial(ReadError):
    """A challenge, consent, login or error page instead of the content. `kind` says which."""

    template = "{url}: {kind} page instead of the content ({reason})"


class NotSetUp(WirewatchError):
    """A source that cannot be visited until the operator sets something; it waits, and nothing is broken."""

    template = "{slug}: {problem}. {remedy}"


class PageError(WirewatchError):
    """A page that was asked for by hand cannot be had or read. `problem` says why, `remedy` what to do."""

    template = "{url}: {problem}. {remedy}"


class HandedInError(WirewatchError):
    """A row of a list, a page or a file that somebody hands in cannot be used. `place` names the file, of a
    list with the line, of a WARC file with the address."""

    template = "{place}: {problem}. {remedy}"


class ReaderFailed(WirewatchError):
    """A reader or the judge died or was killed over one task.

    `cause` is `died`, `timeout`, `memory` or `error` (an exception that is a
    bug: `reason` is its repr, `trace` its traceback); `task` names what it was doing.
    """

    template = "{task}: reader {cause}: {reason}"
    retryable = True


class ReaderUnavailable(WirewatchError):
    """No child was there to do the task: it could not start, or is closed.

    The task is not to blame and was not carried out; it may be tried again.
    """

    template = "{task}: no reader: {reason}"
    retryable = True
