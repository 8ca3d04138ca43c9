"""The page about scenario tests tells what is so."""

import re
import shutil
from pathlib import Path

from scenarios.testing.folder import make_ready
from scenarios.testing.model import ErrorKind
from scenarios.testing.read_expected import EXPECT
from scenarios.testing.read_given import ANSWER, GIVEN
from scheduler.judging import judge
from scheduler.testing import run_ready
from tests.seams.checkout import ROOT

PAGE = (ROOT / "docs" / "scenario-tests.md").read_text(encoding="utf-8")


async def test_the_example_of_the_page_passes(tmp_path: Path) -> None:
    [text] = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    shutil.copy(ROOT / "scenarios" / "examples" / "pause-expensive-ads.yaml", tmp_path)
    path = tmp_path / "pause-expensive-ads.test.yaml"
    path.write_text(text)

    ready = make_ready(path)

    assert [] == list(ready.problems)
    assert ready.script is not None
    [case] = ready.script.cases
    assert [] == judge(case, await run_ready(ready, case))


def test_every_key_and_every_kind_of_error_is_told() -> None:
    keys = {*GIVEN, *EXPECT, *ANSWER} | {str(kind) for kind in ErrorKind}

    assert set() == {key for key in keys if f"`{key}`" not in PAGE}
