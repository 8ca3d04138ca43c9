"""`adloom`, and `python -m adloom`."""

import gc
import sys
from typing import Final

__all__ = ["main"]

#: Start-up makes many objects that stay; looking through them again and again is a tenth of it.
OBJECTS_BEFORE_COLLECTING: Final = 50_000


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(OBJECTS_BEFORE_COLLECTING)
    from adloom.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
