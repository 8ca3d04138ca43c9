"""Invented creators and captions."""

from typing import Final

__all__ = ["CAPTIONS", "CREATORS", "TAGS"]

#: Names in addresses and names that people read.
CREATORS: Final = (
    ("quiet.kettle", "Quiet Kettle"),
    ("berg_und_tal", "Berg & Tal"),
    ("slowcycling", "Slow Cycling <3"),
    ("la.petite.serre", "La petite serre"),
    ("mend_it_monday", "Mend it Monday"),
    ("ohayo.bento", "おはよう弁当"),
    ("northern.looms", "Northern Looms"),
    ("patio_pilots", "Patio Pilots 🪴"),
)
CAPTIONS: Final = (
    "Three ways to fold a map",
    "Ein Topf, zehn Minuten, keine Ausreden",
    "POV: the kettle takes its time",
    "Trail at dawn, no music",
    "Fixing a zip that everybody gave up on",
    "Le jardin après la pluie",
    "五分で朝ごはん",
    "Answering your questions, part 7",
    "Before / after: the shed",
    "=SUM(1+1) and other spreadsheet jokes",
    "She said <b>bold</b> & we listened",
    'He calls it "the last jar"',
    "Wool socks, honest review 🧦🔥",
    "Packing list for a week by bike",
    "No words, just looms",
    "What {{name}} wants for dinner; you guess",
)
TAGS: Final = ("#slow", "#howto", "#mending", "#fyp", "#outdoor", "#küche", "#庭", "#day12")
