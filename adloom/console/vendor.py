"""Files of other people that the web console carries along: are they what they claim to be?

`python -m adloom.console.vendor` compares every vendored file with `static/vendor/vendor.json` and
needs no network. With `--update` it makes the files anew from the packages of
`assets/recipe.toml`; that needs npm, and is the only thing here that does.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast
from xml.etree import ElementTree as ET

__all__ = ["ASSETS", "STATIC", "Product", "find_faults", "main", "read_recipe", "update"]

ASSETS: Final = Path(__file__).parent / "assets"
STATIC: Final = Path(__file__).parent / "static"
#: Everything beside it is vendored too.
RECORD: Final = "vendor/vendor.json"
#: Names under which packages keep what has to be handed on with them.
LEGAL: Final = ("LICENSE*", "LICENCE*", "NOTICE*", "licenses/*")
SVG: Final = "http://www.w3.org/2000/svg"
#: How the strokes of an icon are drawn; a symbol has to say it itself, whoever uses it.
DRAWN: Final = ("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")
BUNDLING: Final = "--bundle --minify --format=esm --target=es2022 --legal-comments=none"


@dataclass(frozen=True)
class Product:
    """One vendored file and how it is made.

    Attributes:
        made_by: `copy`, `bundle` or `sprite`.
        source: Path below the unpacked packages (copy) or in `assets` (bundle, sprite).
        packages: Everything that is inside, by its name on npm.
        licence: File with the licences of all of them, below the folder of static files.
    """

    made_by: str
    source: str
    packages: list[str]
    licence: str


def read_recipe() -> tuple[dict[str, str], dict[str, str], dict[str, Product]]:
    """Return the packages and the tools with their versions, and the files made of them."""
    recipe = tomllib.loads((ASSETS / "recipe.toml").read_text(encoding="utf-8"))
    files = {name: Product(**entry) for name, entry in recipe["files"].items()}
    return recipe["packages"], recipe["tools"], files


def find_faults(static: Path = STATIC, assets: Path = ASSETS) -> list[str]:
    """Return a sentence for each vendored file that is altered, missing, unknown or out of date."""
    record = _read_record(static)
    recorded: dict[str, str] = record["files"]
    lying = [path for path in (static / RECORD).parent.rglob("*") if path.is_file()]
    unknown = {path.relative_to(static).as_posix() for path in lying} - {RECORD, *recorded}
    faults = [f"{name} is not recorded." for name in unknown]
    for name, digest in recorded.items():
        if not (static / name).is_file():
            faults.append(f"{name} is missing.")
        elif _sha256(static / name) != digest:
            faults.append(f"{name} is not the file that was vendored.")
    if _digests(assets) != record["sources"]:
        faults.append("The sources in assets have changed since: run it with --update.")
    return sorted(faults)


def update(static: Path = STATIC) -> None:
    """Make every file of the recipe anew from its packages and record what came out.

    It ends the program if npm fails, or if a version has other contents than the last time.
    """
    versions, tools, files = read_recipe()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        packages = _fetch(versions, work, _read_record(static)["packages"])
        written = [
            *(_make(name, product, tools, work, static) for name, product in files.items()),
            *(_write_licence(product, packages, work, static) for product in files.values()),
        ]
    record = {
        "packages": packages,
        "tools": tools,
        "sources": _digests(ASSETS),
        "files": {name: _sha256(static / name) for name in sorted(written)},
    }
    text = json.dumps(record, indent=2) + "\n"
    (static / RECORD).write_text(text, encoding="utf-8", newline="\n")


def _read_record(static: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads((static / RECORD).read_text(encoding="utf-8")))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: _sha256(path) for path in sorted(folder.iterdir())}


def _fetch(versions: dict[str, str], work: Path, known: dict[str, Any]) -> dict[str, Any]:
    """Unpack the packages below `node_modules` and return version, licence and npm's digest."""
    wanted = [f"{name}@{version}" for name, version in versions.items()]
    answer = json.loads(_run(["npm", "pack", "--json", *wanted], work))
    facts: dict[str, Any] = {}
    for packed in sorted(answer, key=lambda one: str(one["name"])):
        name, integrity = packed["name"], packed["integrity"]
        before = known.get(name, {})
        if before.get("version") == versions[name] and before["integrity"] != integrity:
            sys.exit(f"{name} {versions[name]} is not the package it was: {integrity}")
        place = work / "node_modules" / name
        with tarfile.open(work / packed["filename"]) as archive:
            archive.extractall(work / "unpacked", filter="data")
        place.parent.mkdir(parents=True, exist_ok=True)
        # Every npm package is one folder, whatever it is called.
        [inside] = (work / "unpacked").iterdir()
        shutil.move(inside, place)
        licence = json.loads((place / "package.json").read_text(encoding="utf-8"))["license"]
        facts[name] = {"version": versions[name], "licence": licence, "integrity": integrity}
    return facts


def _make(name: str, product: Product, tools: dict[str, str], work: Path, static: Path) -> str:
    target = static / name
    if product.made_by == "copy":
        shutil.copyfile(work / "node_modules" / product.source, target)
    elif product.made_by == "bundle":
        # Built in the folder of the packages, so that no path of this machine gets into it.
        shutil.copyfile(ASSETS / product.source, work / product.source)
        command = ["npx", "--yes", f"esbuild@{tools['esbuild']}", product.source]
        _run([*command, *BUNDLING.split(), f"--outfile={target}"], work)
    else:
        icons = tomllib.loads((ASSETS / product.source).read_text(encoding="utf-8"))
        _write_sprite(icons, work / "node_modules" / product.packages[0] / "icons", target)
    return name


def _write_sprite(icons: dict[str, str], drawings: Path, target: Path) -> None:
    ET.register_namespace("", SVG)
    sprite = ET.Element(f"{{{SVG}}}svg")
    for name, drawn_as in icons.items():
        drawing = ET.parse(drawings / f"{drawn_as}.svg").getroot()  # noqa: S314 - checked by npm's digest
        kept = {key: drawing.attrib[key] for key in ("viewBox", *DRAWN)}
        sprite.append(symbol := ET.Element(f"{{{SVG}}}symbol", {"id": name, **kept}))
        symbol.extend(drawing)
    ET.indent(sprite, "")
    ET.ElementTree(sprite).write(target, encoding="utf-8")


def _write_licence(product: Product, packages: dict[str, Any], work: Path, static: Path) -> str:
    parts = []
    for name in product.packages:
        title = f"{name} {packages[name]['version']} ({packages[name]['licence']})"
        parts.append(f"{title}\n{'=' * len(title)}\n\n{_read_legal(work, name)}\n")
    (static / product.licence).write_text("\n\n".join(parts), encoding="utf-8", newline="\n")
    return product.licence


def _read_legal(work: Path, name: str) -> str:
    package = work / "node_modules" / name
    papers = [path for pattern in LEGAL for path in sorted(package.glob(pattern))]
    if not papers:
        sys.exit(f"{name} comes without a licence.")
    return "\n\n".join(path.read_text(encoding="utf-8-sig").strip() for path in papers)


def _run(command: list[str], work: Path) -> str:
    program = shutil.which(command[0]) or sys.exit(f"{command[0]} is needed, but not installed.")
    done = subprocess.run(
        [program, *command[1:]], cwd=work, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command[:3])} … failed:\n{done.stderr}")
    return done.stdout


def main(arguments: list[str] | None = None, static: Path = STATIC) -> int:
    """Check the vendored files, after making them anew if asked; 1 if one is not as recorded."""
    parser = argparse.ArgumentParser(prog="python -m adloom.console.vendor", description=__doc__)
    parser.add_argument("--update", action="store_true", help="make the files anew, with npm")
    if parser.parse_args(arguments).update:
        update(static)
    faults = find_faults(static)
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
