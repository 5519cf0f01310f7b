"""What is run before a change lands, and every week: the README's own line, and other versions."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kit.patience import PATIENCE

ROOT = Path(__file__).parent.parent
_WORKFLOWS = ("ci.yml", "unlocked.yml")
_INSTALLED = "#!/bin/sh\necho installed\n"
_MISSING = "#!/bin/sh\nexit 1\n"


def _run(
    folder: Path, readme: str, *, packages: str = _INSTALLED
) -> subprocess.CompletedProcess[str]:
    """Run `.ci/run` beside a README, on a machine that has the packages or cannot get them."""
    programs = folder / "programs"
    for path, text in ((programs / "dpkg-query", packages), (programs / "apt-get", _INSTALLED)):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci")
    (folder / "README.md").write_text(readme, encoding="utf-8")
    return subprocess.run(  # noqa: S603 - the script is ours
        [folder / ".ci" / "run"],
        env={"PATH": f"{programs}:{os.environ['PATH']}", "SHOP_SPECS": str(folder)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def _line(command: str) -> str:
    """Return a test line as a README has it, which stops after a command of ours."""
    return f"```sh\npython3 -m venv --help >/dev/null; {command}; exit 7; .venv/bin/pytest\n```\n"


def test_the_readmes_own_line_is_what_is_run(tmp_path: Path) -> None:
    """It is read from the README: another line there is run instead, and its failure is ours."""
    ended = _run(tmp_path, _line('echo "all=$SHOP_REQUIRE_ALL" >ran'))

    assert ended.returncode == 7
    assert (tmp_path / "ran").read_text(encoding="utf-8") == "all=1\n"


@pytest.mark.parametrize(("again", "ends"), [("exit 0", 127), ("exit 1", 1)])
def test_what_failed_is_tried_once_more_alone(tmp_path: Path, again: str, ends: int) -> None:
    """A test that fails twice ends it; one that passes alone is named, and the checks go on."""
    program = rf"#!/bin/sh\necho $* >>tried\n{again}\n"
    written = f"mkdir -p .venv/bin; printf '{program}' >.venv/bin/pytest; chmod +x .venv/bin/pytest"
    ended = _run(tmp_path, _line(f"{written}; exit 1"))

    assert (tmp_path / "tried").read_text(encoding="utf-8").startswith("-n0 --last-failed ")
    assert "Once more" in ended.stderr
    assert ended.returncode == ends  # 127: the next check is not there to be run


@pytest.mark.parametrize("lines", ["", _line("touch ran") * 2])
def test_a_readme_without_one_such_line_fails(tmp_path: Path, lines: str) -> None:
    """No line, or two of them: nothing is run, and it says why."""
    ended = _run(tmp_path, lines)

    assert ended.returncode == 1
    assert "README.md must have one line" in ended.stderr
    assert not (tmp_path / "ran").exists()


def test_what_cannot_be_installed_fails_it(tmp_path: Path) -> None:
    """A browser, a database server or a font that is missing is no reason to skip its tests."""
    ended = _run(tmp_path, _line("touch ran"), packages=_MISSING)

    assert ended.returncode == 1
    assert "packages are missing: chromium postgresql pgbouncer fonts-noto" in ended.stderr
    assert not (tmp_path / "ran").exists()


def test_this_readme_has_the_line_that_is_looked_for() -> None:
    """The script's own pattern finds README's one test line."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    pattern = re.search(r"grep -E '(.+)' README\.md", script)
    assert pattern
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert len(re.findall(pattern[1], readme, re.MULTILINE)) == 1


@pytest.mark.parametrize("name", _WORKFLOWS)
def test_a_workflow_takes_other_peoples_actions_by_commit_and_may_only_read(name: str) -> None:
    """A tag can be moved to another program; a commit cannot."""
    workflow = (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")
    uses = re.findall(r"uses: (\S+)", workflow)

    assert uses
    assert [one for one in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)] == []
    assert "permissions:\n  contents: read\n" in workflow


def test_every_week_the_newest_and_the_oldest_are_tried() -> None:
    """The workflow runs the script that can be run here, with both ends of the ranges."""
    workflow = (ROOT / ".github" / "workflows" / "unlocked.yml").read_text(encoding="utf-8")

    assert re.search(r'cron: "\d+ \d+ \* \* [0-6]"', workflow)
    assert set(re.findall(r"resolution: ([a-z-]+)", workflow)) == {"highest", "lowest-direct"}
    assert "run: .ci/unlocked ${{ matrix.resolution }}" in workflow
    assert os.access(ROOT / ".ci" / "unlocked", os.X_OK)
