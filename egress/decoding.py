"""Content codings (gzip, deflate, br) undone while the bytes come in, with a cap on what comes out.

Output is drawn in slices of 64 KiB and counted at every stage, so that neither
a 400 MB bomb nor a bomb inside a bomb costs more memory than the cap.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Protocol

import brotli

from news.errors import FetchError, TooLarge

SLICE = 64 * 1024
# A chain of codings multiplies (urllib3: CVE-2025-66418). Two is one more than servers use.
LONGEST_CHAIN = 2
# Compressions we did not ask for and cannot undo. Anything else that is not one, such as the
# `Content-Encoding: utf-8` some servers send, is no compression at all.
UNKNOWN_COMPRESSIONS = {"compress", "x-compress", "zstd", "dcb", "dcz", "aes128gcm", "exi", "pack200-gzip"}


class Decoder(Protocol):
    def feed(self, piece: bytes) -> Iterator[bytes]:
        """What `piece` decodes to, in slices of at most about SLICE bytes."""

    @property
    def complete(self) -> bool:
        """Whether the stream has come to its own end."""


class Zlib:
    """gzip (RFC 1952, one or more members) and deflate (zlib-wrapped, or raw as some servers send it)."""

    def __init__(self, coding: str) -> None:
        self._gzip = coding == "gzip"
        self._held = b""
        self._stream: zlib._Decompress | None = None
        self._padding = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        piece, self._held = self._held + piece, b""
        while piece and not self._padding:
            if self._stream is None or self._stream.eof:
                if len(piece) < 2:  # too little to tell a stream's beginning by
                    self._held = piece
                    return
                # After its end another gzip member may follow; anything else there says nothing.
                if self._stream and not (self._gzip and piece.startswith(b"\x1f\x8b")):
                    self._padding = True
                    return
                self._stream = zlib.decompressobj(self._window(piece))
            out = self._stream.decompress(piece, SLICE)
            piece = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            if out:
                yield out

    def _window(self, head: bytes) -> int:
        """zlib's `wbits`: 31 gzip, 15 zlib, -15 raw. RFC 1950: its head is method 8 and divisible by 31."""
        if self._gzip:
            return 31
        return 15 if head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0 else -15

    @property
    def complete(self) -> bool:
        return self._stream is not None and self._stream.eof


class Brotli:
    """br (RFC 7932); bounded output needs brotli 1.2 (CVE-2025-6176)."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        if self._stream.is_finished():
            return
        out = self._stream.process(piece, output_buffer_limit=SLICE)
        while out:
            yield out
            out = b"" if self._stream.is_finished() else self._stream.process(b"", output_buffer_limit=SLICE)

    @property
    def complete(self) -> bool:
        return bool(self._stream.is_finished())


class Body:
    """Collects one response's body. `cap` bounds the bytes at every stage: as sent, and after each coding.

    `codings` are the tokens of Content-Encoding in the order they were
    applied. Raises TooLarge, and FetchError for broken or unknown codings.
    """

    def __init__(self, url: str, codings: Sequence[str], cap: int) -> None:
        self._url = url
        self._cap = cap
        self._decoders = _decoders(url, codings)
        self._produced = [0] * (len(self._decoders) + 1)
        self._parts: list[bytes] = []

    def feed(self, piece: bytes) -> None:
        try:
            self._push(piece, 0)
        except (zlib.error, brotli.error) as error:
            raise FetchError(url=self._url, reason=f"broken compression: {error}") from error

    def _push(self, piece: bytes, stage: int) -> None:
        self._produced[stage] += len(piece)
        if self._produced[stage] > self._cap:
            raise too_large(self._url, self._cap)
        if stage == len(self._decoders):
            self._parts.append(piece)
        else:
            for out in self._decoders[stage].feed(piece):
                self._push(out, stage + 1)

    def finish(self) -> bytes:
        """The whole decoded body. Raises FetchError "incomplete" where a compressed stream was cut."""
        if self._produced[0] and not all(decoder.complete for decoder in self._decoders):
            raise FetchError(url=self._url, reason="incomplete: the compressed stream was cut")
        return b"".join(self._parts)


def too_large(url: str, cap: int) -> TooLarge:
    return TooLarge(url=url, reason=f"body larger than {cap} bytes", cap=cap)


def _decoders(url: str, codings: Sequence[str]) -> list[Decoder]:
    """What undoes `codings`, last applied first."""
    if len(codings) > LONGEST_CHAIN:
        raise FetchError(
            url=url, reason=f"{len(codings)} content codings, at most {LONGEST_CHAIN} are undone"
        )
    decoders: list[Decoder] = []
    for coding in reversed(codings):
        name = coding.removeprefix("x-")
        if coding in UNKNOWN_COMPRESSIONS:
            raise FetchError(url=url, reason=f"content coding {coding} is not one we asked for")
        if name in {"gzip", "deflate"}:
            decoders.append(Zlib(name))
        elif name == "br":
            decoders.append(Brotli())
    return decoders
