"""The pictures of docs/digest.md, made anew: `make pictures`.

It needs a Chromium and pngquant (in Debian: chromium, pngquant,
fonts-noto-core). The pages are files of their own and load nothing.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from alerts.composing.alert import compose_alert
from alerts.composing.digest import compose_digest
from tests import telling_samples as samples
from wirewatch.demo.play import play

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
LARGEST = 200_000  # bytes
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Ours alone: no first-run pages, no calls home.
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"),
    *("--no-first-run", "--disable-component-update", "--disable-sync"),
)
# As a terminal shows it: fixed columns, each line with a direction of its own.
TERMINAL = (
    '<meta charset="utf-8"><body style="margin:0;background:#1d2026;color:#e4e8ec"><pre style="margin:0;'
    "padding:20px;font:14px/1.45 'Noto Sans Mono','DejaVu Sans Mono',monospace;unicode-bidi:plaintext\">"
)
# Mail programs in the dark: what the stylesheet has for them, without a switch in the browser.
NIGHT = ("@media (prefers-color-scheme: dark)", "@media all")


def pages() -> dict[str, tuple[str, int, int]]:
    """HTML, width and height in pixels, by the picture's name."""
    digest = compose_digest(samples.DIGEST)
    alert = compose_alert(samples.ALERT)
    text = TERMINAL + escape("\n".join(digest.text.splitlines()[:96]))
    return {
        "digest-desktop": (digest.html, 800, 2520),
        "digest-phone": (digest.html, 360, 2400),
        "digest-dark": (digest.html.replace(*NIGHT), 800, 980),
        "digest-text": (text, 720, 1990),
        "alert-phone": (alert.html, 360, 540),
        "demo-digest": (demo_digest(), 800, 2600),
    }


def demo_digest() -> str:
    """The digest of a first `wirewatch demo --once`, as it arrived."""
    with TemporaryDirectory() as scratch:
        inbox = Path(scratch, "inbox")
        inbox.mkdir()
        with redirect_stdout(StringIO()):
            asyncio.run(play(Path(scratch), once=True))
        (file,) = inbox.glob("*-analyst.eml")
        mail = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    part = mail.get_body(("html",))
    assert part is not None
    html: str = part.get_content()
    return html


def main() -> int:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    pngquant = shutil.which("pngquant")
    if not browser or not pngquant:
        sys.stderr.write("Pictures need chromium and pngquant.\n")
        return 1
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as scratch:
        for name, (html, width, height) in pages().items():
            page, shot = Path(scratch, f"{name}.html"), Path(scratch, f"{name}.png")
            page.write_text(html, "utf-8")
            size = f"--window-size={width},{height}"
            command = [
                browser,
                *OPTIONS,
                f"--user-data-dir={scratch}/profile",
                f"--screenshot={shot}",
                size,
                page.as_uri(),
            ]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            picture = FOLDER / f"{name}.png"
            quantise = [
                pngquant,
                "--force",
                "--strip",
                "--speed",
                "1",
                "--output",
                str(picture),
                "64",
                str(shot),
            ]
            subprocess.run(quantise, check=True, timeout=120)
            sys.stdout.write(f"{picture.name}: {picture.stat().st_size:,} bytes\n")
            if picture.stat().st_size > LARGEST:
                sys.stderr.write(f"{picture.name} is larger than {LARGEST:,} bytes\n")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
