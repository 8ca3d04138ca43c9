"""Send events through faults, throttling and kills, and count what was lost, doubled or told.

Run: `.venv/bin/python -m benchmarks.event_gate [--events N] [--kills N] [--seed N]`

Exits with 1 if anything is not as it has to be.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.cli.gate import gate


def main() -> None:
    """Run the gate and print what was found."""
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=1_000_000, help="lines of the file")
    options.add_argument("--kills", type=int, default=3)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--deadline", type=float, default=5.0, help="seconds of a request")
    options.add_argument("--batch-size", type=int, default=1_000)
    options.add_argument("--folder", type=Path, help="where to write the file and the workspace")
    chosen = options.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        findings = gate(
            Path(folder),
            events=chosen.events,
            kills=chosen.kills,
            seed=chosen.seed,
            deadline=chosen.deadline,
            batch_size=chosen.batch_size,
        )
    print(findings.told())
    print(f"\nSeed {chosen.seed}; load of the machine {load:.1f} before.")
    for fault in findings.faults:
        print("WRONG:", fault)
    sys.exit(bool(findings.faults))


if __name__ == "__main__":
    main()
