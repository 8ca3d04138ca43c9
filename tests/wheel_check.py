"""Does the built package work away from this checkout? Run: `python -m tests.wheel_check`.

The wheel is built without a network, installed into an environment of its own beside the
dependencies already installed here, and every package and module in it is imported from there.
"""

import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("adloom", "connections", "modules", "scenarios", "scheduler")
IMPORT_EVERYTHING = f"""
import importlib, pathlib, pkgutil, sys
checkout = pathlib.Path({str(ROOT)!r})
count = 0
for name in {PACKAGES!r}:
    package = importlib.import_module(name)
    assert checkout not in pathlib.Path(package.__file__).parents, package.__file__
    for found in pkgutil.walk_packages(package.__path__, name + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
            count += 1
from adloom.catalogue import load
assert load().endpoint("GET", "/ad/get/"), "the catalogue is not in the wheel"
from adloom.console.render import environment
from adloom.console.vendor import find_faults
assert environment().get_template("base.html"), "the console's pages are not in the wheel"
assert find_faults() == [], "what the console's pages load is not in the wheel"
print(f"{{count}} files imported from the wheel")
"""


def run(*command: str, cwd: Path) -> str:
    """Run a command, echo what it says if it fails, return what it wrote."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} … failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    """Build, install elsewhere, import everything, ask for help."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
        [wheel] = place.glob("*.whl")
        venv.create(place / "env", with_pip=True)
        python = str(place / "env" / "bin" / "python")
        run(
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            str(wheel),
            cwd=place,
        )
        own = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))",
                       cwd=place).strip())  # fmt: skip
        # The dependencies, found beside; a path listed here does not bring this checkout along.
        (own / "beside.pth").write_text(sysconfig.get_path("purelib") + "\n")
        print(run(python, "-c", IMPORT_EVERYTHING, cwd=place).strip())
        shown = run(str(place / "env" / "bin" / "adloom"), "--help", cwd=place)
        if "demo" not in shown:
            sys.exit(f"adloom --help does not show the demo:\n{shown}")
        print(run(str(place / "env" / "bin" / "adloom"), "--version", cwd=place).strip())


if __name__ == "__main__":
    main()
