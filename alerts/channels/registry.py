"""Every channel there is. A new one is a file beside this and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from alerts.channels import folder, smtp
from alerts.channels.channel import Channel, Means

# A name, and what builds the channel; None from it: the settings do not provide for it.
CHANNELS: Mapping[str, Callable[[Means], Channel | None]] = {
    "folder": folder.build,
    "smtp": smtp.build,
}
