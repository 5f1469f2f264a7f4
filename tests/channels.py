"""Preview pages of Telegram channels, in the structure of t.me/s/NAME, with words of our own."""
# ruff: noqa: E501 - markup as Telegram writes it

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEAD = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name} – Telegram</title>
<link rel="canonical" href="/s/{channel}">{prev}</head><body class="widget_frame_base tgme_webpage_ios">
<header class="tgme_header"><div class="tgme_channel_info_header_title"><span dir="auto">{name}</span></div></header>
<main class="tgme_main"><section class="tgme_channel_history js-message_history">{more}"""
MESSAGE = """
<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message text_not_supported_wrap \
js-widget_message" data-post="{channel}/{number}" data-view="eyJjIjotMTI1">
<div class="tgme_widget_message_user"><a href="https://t.me/{channel}"><i class="tgme_widget_message_user_photo"></i></a></div>
<div class="tgme_widget_message_bubble">
<div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" \
href="https://t.me/{channel}"><span dir="auto">{name}</span></a></div>{forwarded}{reply}{media}{text}
<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info">
<span class="tgme_widget_message_views">{views}</span><span class="copyonly"> views</span>
<span class="tgme_widget_message_meta">{edited}<a class="tgme_widget_message_date" href="https://t.me/{channel}/{number}">\
<time datetime="{at}" class="time">16:25</time></a></span></div></div></div></div></div>"""
FORWARDED = """<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;<a \
class="tgme_widget_message_forwarded_from_name" href="https://t.me/other/5"><span dir="auto">{origin}</span></a></div>"""
REPLY = """<a class="tgme_widget_message_reply user-color-default" href="https://t.me/{channel}/1"><div \
class="tgme_widget_message_metatext js-message_reply_text" dir="auto">{words}</div></a>"""
PHOTO = """<a class="tgme_widget_message_photo_wrap" href="https://t.me/{channel}/{number}" \
style="width:800px;background-image:url('https://cdn4.telesco.pe/file/x.jpg')"><div class="tgme_widget_message_photo"></div></a>"""
TEXT = '<div class="tgme_widget_message_text js-message_text" dir="auto">{words}</div>'
# What comes, with 200, where a channel has no preview.
STUB = """<!DOCTYPE html><html><head><title>Telegram: View @{channel}</title></head><body><div class="tgme_page_wrap">
<div class="tgme_page"><div class="tgme_page_title"><span dir="auto">{name}</span></div>
<div class="tgme_page_extra">41 201 subscribers</div><div class="tgme_page_action">
<a class="tgme_action_button_new" href="tg://resolve?domain={channel}">View in Telegram</a></div></div></div></body></html>"""


@dataclass(frozen=True, slots=True)
class Message:
    """A post; `markup` is its text as Telegram writes it, None: a picture alone."""

    number: int
    markup: str | None
    at: str = "2022-12-13T12:25:01+00:00"
    views: str = "2.65K"
    origin: str | None = None
    reply: str | None = None
    photo: bool = False
    edited: bool = False


def channel_page(
    channel: str, messages: Sequence[Message], *, name: str = "The ministry", before: int | None = None
) -> str:
    """The preview of a channel, oldest post first, as Telegram has it; `before` leads to older ones."""
    prev = more = ""
    if before:
        prev = f'<link rel="prev" href="/s/{channel}?before={before}">'
        more = f'<div class="tgme_widget_message_centered js-messages_more_wrap"><a \
href="/s/{channel}?before={before}" class="tme_messages_more js-messages_more" data-before="{before}"></a></div>'
    posts = "".join(_message(channel, name, message) for message in messages)
    return (
        HEAD.format(channel=channel, name=name, prev=prev, more=more)
        + posts
        + "</section></main></body></html>"
    )


def _message(channel: str, name: str, message: Message) -> str:
    return MESSAGE.format(
        channel=channel,
        name=name,
        number=message.number,
        at=message.at,
        views=message.views,
        edited="edited " if message.edited else "",
        forwarded=FORWARDED.format(origin=message.origin) if message.origin else "",
        reply=REPLY.format(channel=channel, words=message.reply) if message.reply else "",
        media=PHOTO.format(channel=channel, number=message.number) if message.photo else "",
        text=TEXT.format(words=message.markup) if message.markup is not None else "",
    )
