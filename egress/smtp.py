"""Mail handed to the operator's server: SMTP (RFC 5321, 3207, 4954) over a socket the guard has judged.

A dialogue of our own: kill tests and timeouts need its stages, and what a server says
before it hangs up must not be lost (docs/decisions.md).
"""

from __future__ import annotations

import asyncio
import re
import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address

from egress.connection import attach, connect, resolve, timed_out, tls_context
from egress.conversation import Conversation, Reply
from egress.guard import Guard
from egress.resolver import Resolver, StaticHosts, SystemResolver
from news.errors import FetchError, MailError

PIECE = 16 * 1024
GOODBYE_SECONDS = 2.0
# What could end a command's line, or an address within it.
UNSENDABLE = re.compile(r"[\x00-\x20\x7f-\x9f<>\u2028\u2029]")
# "Log in first" and its kin (RFC 4954 6): said of us, not of the message.
ABOUT_LOGIN = {530, 534, 535, 538}


class Stage(StrEnum):
    """Where in the dialogue something happened, as errors say it."""

    CONNECT = "connecting"
    GREETING = "the greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "the login"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    CONTENT = "sending the message"
    DOT = "the end of the message"


ABOUT_THE_MESSAGE = {Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.CONTENT, Stage.DOT}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. `security` is `starttls`, `tls` or `none`; without `user` nobody logs in."""

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def entry(self) -> str:
        """As an entry of the guard's list: the operator named it, so it may be reached."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class MailLimits:
    """Seconds: until connected (TLS included), for each answer, and for the one after the message, which
    a server may take ten minutes over (RFC 5321 4.5.3.2.6); who gives up earlier sends copies."""

    connect: float = 30.0
    command: float = 60.0
    accept: float = 600.0


def lasting(stage: Stage, code: int | None) -> bool:
    """Whether a reply will be the same at the next try.

    What is said before MAIL concerns the server, from MAIL on the message:
    there 5xx is for good, but for 552 at RCPT, which old servers say of a full
    mailbox (RFC 5321 4.5.3.1.10).
    """
    if code is None or code < 500 or code in ABOUT_LOGIN or stage not in ABOUT_THE_MESSAGE:
        return False
    return not (stage is Stage.RCPT and code == 552)


class SmtpDoor:
    """Opens sessions with one mail server, every socket judged by `allow` and the server's own entry.

    `hosts` goes before `resolver`, which is the system's where none is given.
    A malformed host raises ValueError. `close` gives the threads back.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        allow: Sequence[str] = (),
        hosts: Mapping[str, str] | None = None,
        resolver: Resolver | None = None,
        limits: MailLimits | None = None,
    ) -> None:
        self.server = server
        self._host = server.host.lower().removesuffix(".")
        self._guard = Guard((*allow, server.entry))
        self._system = SystemResolver(4)
        self._resolver = StaticHosts(hosts or {}, resolver or self._system)
        self._limits = limits or MailLimits()
        self._tls: ssl.SSLContext | None = None

    async def open(self) -> Session:
        """A session ready for mail: connected, under TLS where required, logged in. Raises MailError.

        Required TLS never falls back: without it nothing but EHLO and STARTTLS is said.
        """
        conversation = Conversation(self.server.entry)
        with ExitStack() as unless_opened:
            unless_opened.callback(conversation.abort)
            ours = await self._connect(conversation)
            session = Session(conversation, self.server, self._limits, ours)
            await session.begin(self._context, self._host)
            unless_opened.pop_all()
        return session

    async def _connect(self, conversation: Conversation) -> str:
        """Resolve once, connect, shake hands where TLS comes first; returns our end's address."""
        limit, port = self._limits.connect, self.server.port
        loop = asyncio.get_running_loop()
        deadline = loop.time() + limit
        try:
            async with asyncio.timeout_at(deadline):
                addresses = await resolve(self._resolver, self._host, port)
                sock, _ = await connect(self._guard, addresses, port, self._host, deadline - loop.time())
                ours = sock.getsockname()[0]
                first = self._context() if self.server.security == "tls" else None
                await attach(sock, conversation, self._host, first)
        except FetchError as error:
            raise _failed(self.server.entry, Stage.CONNECT, error) from error
        except TimeoutError as error:
            late = timed_out(self.server.entry, "connect", limit)
            raise _failed(self.server.entry, Stage.CONNECT, late) from error
        return str(ours)

    def _context(self) -> ssl.SSLContext:
        """Made once: reading the system's certificates takes some 20 ms."""
        self._tls = self._tls or tls_context(False)
        return self._tls

    def close(self) -> None:
        self._system.close()


class Session:
    """One open dialogue. `sent` counts the messages it was given."""

    def __init__(self, conversation: Conversation, server: MailServer, limits: MailLimits, ours: str) -> None:
        self._conversation = conversation
        self._server = server
        self._limits = limits
        self._name = our_name(ours)
        self._offers: dict[str, str] = {}
        self.sent = 0

    @property
    def usable(self) -> bool:
        """Nobody hung up, and the server said nothing (a 421) while nothing was asked."""
        return not self._conversation.unasked

    async def begin(self, context: Callable[[], ssl.SSLContext], host: str) -> None:
        """Up to the point where mail may be given. Raises MailError."""
        await self._expect(Stage.GREETING, 2, self._limits.command)
        await self._ehlo()
        if self._server.security == "starttls":
            await self._start_tls(context(), host)
            await self._ehlo()  # what was offered in the clear counts no more (RFC 3207 4.2)
        if self._server.user:
            await self._login()

    async def send(self, sender: str, recipient: str, raw: bytes, checkpoint: Callable[[str], None]) -> str:
        """Hand over one message for one recipient; returns the server's answer.

        `checkpoint` is told "recipient given", "mid data" and "after the dot".
        Raises MailError; the session is usable afterwards where the server only refused.
        """
        intact = False
        self.sent += 1
        try:
            answer = await self._transaction(sender, recipient, raw, checkpoint)
            intact = True
        except MailError as error:
            intact = error.code not in (None, 421) and await self._over(error.stage)
            raise
        finally:
            if not intact:
                self._conversation.abort()
        return answer

    async def quit(self) -> None:
        """Say goodbye, without waiting long for the answer."""
        try:
            with suppress(MailError):
                await self._ask(Stage.EHLO, b"QUIT", 2, GOODBYE_SECONDS)
        finally:
            self.abort()

    def abort(self) -> None:
        """Hang up at once."""
        self._conversation.abort()

    async def _transaction(
        self, sender: str, recipient: str, raw: bytes, checkpoint: Callable[[str], None]
    ) -> str:
        given = self._address(Stage.MAIL, sender)
        to = self._address(Stage.RCPT, recipient)
        content = stuffed(raw)
        await self._ask(Stage.MAIL, b"MAIL FROM:<%s>%s" % (given, self._parameters(content, given + to)), 2)
        await self._ask(Stage.RCPT, b"RCPT TO:<%s>" % to, 2)
        checkpoint("recipient given")
        await self._ask(Stage.DATA, b"DATA", 3)
        await self._give(content, checkpoint)
        checkpoint("after the dot")
        return str(await self._expect(Stage.DOT, 2, self._limits.accept))

    async def _give(self, content: bytes, checkpoint: Callable[[str], None]) -> None:
        """The message in pieces, at least two. A server that answers in the middle is heard."""
        size = min(PIECE, len(content) // 2)
        for start in range(0, len(content), size):
            if self._conversation.unasked:
                await self._expect(Stage.CONTENT, None, self._limits.command)
            await self._write(Stage.CONTENT, content[start : start + size])
            if start == 0:
                checkpoint("mid data")

    async def _over(self, stage: Stage) -> bool:
        """Whether a refusal left the session ready for the next message."""
        if stage is Stage.DOT:
            return True
        if stage is Stage.CONTENT:
            return False
        try:
            await self._ask(stage, b"RSET", 2)
        except MailError:
            return False
        return True

    async def _ehlo(self) -> None:
        reply = await self._ask(Stage.EHLO, b"EHLO " + self._name.encode("ascii"), 2)
        offers = [line.upper().replace("AUTH=", "AUTH ").partition(" ") for line in reply.lines[1:]]
        self._offers = {name: value for name, _, value in offers}

    async def _start_tls(self, context: ssl.SSLContext, host: str) -> None:
        if "STARTTLS" not in self._offers:
            reason = "TLS is required and the server does not offer STARTTLS"
            raise _error(self._server.entry, Stage.STARTTLS, None, reason)
        await self._ask(Stage.STARTTLS, b"STARTTLS", 2)
        try:
            await self._conversation.start_tls(context, host, self._limits.connect)
        except FetchError as error:
            raise _failed(self._server.entry, Stage.STARTTLS, error) from error

    async def _login(self) -> None:
        user, password = self._server.user.encode("utf-8"), self._server.password.encode("utf-8")
        ways = self._offers.get("AUTH", "").split()
        if "PLAIN" in ways:
            await self._ask(Stage.AUTH, b"AUTH PLAIN " + b64encode(b"\0%s\0%s" % (user, password)), 2)
        elif "LOGIN" in ways:
            await self._ask(Stage.AUTH, b"AUTH LOGIN", 3)
            await self._ask(Stage.AUTH, b64encode(user), 3)
            await self._ask(Stage.AUTH, b64encode(password), 2)
        else:
            offered = ", ".join(ways) or "none"
            reason = f"at the login: PLAIN or LOGIN is needed, the server offers {offered}"
            raise _error(self._server.entry, Stage.AUTH, None, reason)

    def _address(self, stage: Stage, address: str) -> bytes:
        """An envelope address as bytes: its domain in ASCII, its local part in UTF-8 where that is taken."""
        local, _, domain = address.rpartition("@")
        problem = None
        if not local or not domain or UNSENDABLE.search(address):
            problem = f"{address!r} is no address that can be sent to"
        elif not local.isascii() and "SMTPUTF8" not in self._offers:
            problem = f"the server takes no address beyond ASCII ({address})"
        with suppress(UnicodeError):
            if problem is None:
                return local.encode("utf-8") + b"@" + domain.encode("idna")
        reason = problem or f"{domain!r} is no domain"
        raise MailError(server=self._server.entry, stage=stage, code=None, permanent=True, reason=reason)

    def _parameters(self, content: bytes, addresses: bytes) -> bytes:
        given = b" SIZE=%d" % len(content) if "SIZE" in self._offers else b""
        if not content.isascii() and "8BITMIME" in self._offers:
            given += b" BODY=8BITMIME"
        return given if addresses.isascii() else given + b" SMTPUTF8"

    async def _ask(self, stage: Stage, command: bytes, wanted: int, limit: float | None = None) -> Reply:
        """A command and its answer, which must begin with the digit `wanted`."""
        if self._conversation.unasked:
            await self._expect(stage, None, limit or self._limits.command)
        await self._write(stage, command + b"\r\n")
        return await self._expect(stage, wanted, limit or self._limits.command)

    async def _write(self, stage: Stage, piece: bytes) -> None:
        try:
            await self._conversation.send(piece, self._limits.command)
        except FetchError as error:
            raise _failed(self._server.entry, stage, error) from error

    async def _expect(self, stage: Stage, wanted: int | None, limit: float) -> Reply:
        """The next answer; one that is not wanted raises MailError with its words.

        `wanted` None is for what was said out of turn: a server that hangs up
        often says why first, while a 2xx then means nothing and ends the session.
        """
        try:
            reply = await self._conversation.reply(limit)
        except FetchError as error:
            raise _failed(self._server.entry, stage, error) from error
        if reply.code // 100 != wanted:
            # Some servers repeat in a refusal what they were told.
            code = reply.code if wanted is not None or reply.code >= 400 else None
            said = self._discreet(str(reply)) if stage is Stage.AUTH else str(reply)
            raise _error(self._server.entry, stage, code, f"at {stage}: {said}")
        return reply

    def _discreet(self, said: str) -> str:
        user, password = self._server.user.encode("utf-8"), self._server.password.encode("utf-8")
        for secret in (b64encode(b"\0%s\0%s" % (user, password)), b64encode(password), password):
            said = said.replace(secret.decode("utf-8"), "…") if secret else said
        return said


def stuffed(raw: bytes) -> bytes:
    """A message as it goes over the wire: every line ends in CRLF, none is a lone dot but the last.

    Whatever could pass for a line's end to some server (a bare CR or LF) is
    made one before dots are doubled, so that no reading of it ends the
    message early (CVE-2023-51764 and its kin).
    """
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if lines and not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return (b"\r\n" + lines).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"


def our_name(address: str) -> str:
    """Our end as EHLO says it: its address (RFC 5321 4.1.3); a name would have to be looked up."""
    ours = ip_address(address.partition("%")[0])
    return f"[IPv6:{ours}]" if ours.version == 6 else f"[{ours}]"


def _error(server: str, stage: Stage, code: int | None, reason: str) -> MailError:
    return MailError(server=server, stage=stage, code=code, permanent=lasting(stage, code), reason=reason)


def _failed(server: str, stage: Stage, error: FetchError) -> MailError:
    return _error(server, stage, None, f"at {stage}: {error.reason}")
