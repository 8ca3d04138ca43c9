"""Make the pictures of the README: `.venv/bin/python docs/make_pictures.py`.

The demonstration runs in a terminal of its own; what it shows becomes an SVG.
"""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 104
HERE = Path(__file__).parent


def filmed(*command: str) -> str:
    """Run a command in a terminal and return what it showed, colours included."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    process = subprocess.Popen(command, stdout=follower, stderr=follower, env=environment)
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 65_536)
        except OSError:  # how a terminal says that its last writer has gone
            break
        if not part:
            break
        shown += part
    os.close(leader)
    if process.wait():
        sys.exit(f"{' '.join(command)} failed:\n{shown.decode()}")
    return shown.decode().replace("\r\n", "\n")


def picture(shown: str, title: str, target: Path) -> None:
    """Draw a terminal with this text in it."""
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123 - kept by the console
    console.print(Text.from_ansi(shown))
    svg = console.export_svg(title=title, unique_id="adloom")
    # The font is the reader's own: a picture should not call anybody.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    target.write_text(re.sub(r"[ \t]+\n", "\n", svg))


def main() -> None:
    """Film the demonstration."""
    shown = filmed(sys.executable, "-m", "adloom", "demo").strip("\n")
    shown = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8900", shown)
    # The folder is a new one each time, and a machine's own.
    shown = re.sub(r"\S*/adloom-demo-\w+/workspace", "~/ads", shown)
    picture(shown, "adloom demo", HERE / "demo.svg")


if __name__ == "__main__":
    main()
