"""How fast events become ready to go out, and how fast they go.

Run: `.venv/bin/python -m benchmarks.events map [--segment DIR] [--runs N]`
and  `.venv/bin/python -m benchmarks.events send [--events N] [--runs N]`
"""

import argparse
from pathlib import Path

from benchmarks import event_mapping, event_sending


def main() -> None:
    """Measure what was asked for."""
    options = argparse.ArgumentParser()
    kinds = options.add_subparsers(required=True)
    mapping = kinds.add_parser("map", help="microseconds an event, from a record to JSON")
    mapping.add_argument("--segment", type=Path, help="where @segment/action-destinations is")
    mapping.add_argument("--runs", type=int, default=5)
    mapping.set_defaults(run=event_mapping.main)
    sending = kinds.add_parser("send", help="events a second, from a file to the acknowledgement")
    sending.add_argument("--events", type=int, default=1_000_000)
    sending.add_argument("--runs", type=int, default=1)
    sending.add_argument("--folder", type=Path, help="where to write the file and the workspace")
    sending.set_defaults(run=event_sending.main)
    chosen = options.parse_args()
    chosen.run(chosen)


if __name__ == "__main__":
    main()
