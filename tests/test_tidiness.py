"""The tree is as tidy as it promises to be."""

from tests.seams.checkout import PACKAGES, ROOT, texts

#: Written so that this file does not find itself.
MARKS = ["TO" + "DO", "FIX" + "ME"]
LONGEST_FILE = 300


def test_nothing_is_left_to_be_done_in_the_tree() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {mark}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for mark in MARKS
        if mark in line
    ]

    assert [] == found


def test_no_file_is_longer_than_a_reader_bears() -> None:
    ours = [path for path in texts(".py") if path.relative_to(ROOT).parts[0] in PACKAGES]
    sizes = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in ours}

    assert {} == {path: size for path, size in sizes.items() if size > LONGEST_FILE}


def test_every_folder_with_tests_is_a_package() -> None:
    folders = {path.parent for path in texts(".py") if (ROOT / "tests") in path.parents}

    assert [] == [str(one) for one in sorted(folders) if not (one / "__init__.py").exists()]
    assert [] == [str(one) for one in folders if (one / "__init__.py").read_text()]
