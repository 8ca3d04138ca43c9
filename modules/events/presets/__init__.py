"""Records people already have, and how they become events: one file for each kind."""

from typing import Final

from adloom.errors import UnknownNameError
from modules.events.presets.commanders_act import COMMANDERS_ACT
from modules.events.presets.ga4 import GA4
from modules.events.presets.rudderstack import RUDDERSTACK
from modules.events.presets.segment import SEGMENT
from modules.events.presets.shape import Preset
from modules.events.presets.shopify import SHOPIFY

__all__ = ["PRESETS", "preset_named"]

#: Every preset by its name.
PRESETS: Final[dict[str, Preset]] = {
    "commanders_act": COMMANDERS_ACT,
    "ga4": GA4,
    "rudderstack": RUDDERSTACK,
    "segment": SEGMENT,
    "shopify": SHOPIFY,
}


def preset_named(name: str) -> Preset:
    """A preset; dashes and underscores are the same, and so are capitals.

    Raises:
        UnknownNameError: There is none of that name.
    """
    folded = name.strip().lower().replace("-", "_").replace(" ", "_")
    if folded not in PRESETS:
        hint = f"There are {', '.join(PRESETS)}."
        raise UnknownNameError("preset", name[:80], PRESETS, hint=hint)
    return PRESETS[folded]
