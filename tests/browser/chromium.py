"""Where Chromium is; it comes with the system, nothing is downloaded."""

import os
import shutil
from typing import Final

__all__ = ["chromium", "is_required"]

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The program, or None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def is_required() -> bool:
    """Whether its absence is a failure, as where every change is tested."""
    return bool(os.environ.get("ADLOOM_REQUIRE_CHROMIUM"))
