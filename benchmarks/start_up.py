"""How long `adloom --help` and a small command take, beside bare Python.

Run: `.venv/bin/python -m benchmarks.start_up [--runs N]`
"""

import argparse
import sys

from benchmarks.measuring import compare, table


def main() -> None:
    """Measure and print a table."""
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=15)
    adloom = [sys.executable, "-m", "adloom"]
    commands = {
        "bare Python": [sys.executable, "-c", "pass"],
        "import click": [sys.executable, "-c", "import click"],
        "adloom --help": [*adloom, "--help"],
        "adloom modules": [*adloom, "modules"],
        "adloom run get-ad --help": [*adloom, "run", "get-ad", "--help"],
    }
    print(table(compare(commands, options.parse_args().runs), "bare Python"))


if __name__ == "__main__":
    main()
