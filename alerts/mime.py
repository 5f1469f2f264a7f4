"""Rendered words as the bytes of a mail."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from news.telling import Message


def mime(message: Message, *, sender: str, recipient: str, message_id: str, date: datetime) -> bytes:
    """The mail for one recipient, the same bytes each time it is built; lines end in CRLF."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = message.subject
    mail["Date"] = date
    mail["Message-ID"] = message_id
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    mail.set_boundary(f"=={message_id.strip('<>').partition('@')[0]}==")
    return mail.as_bytes()
