"""Resolve every version anew: constraints.txt for people and tests, requirements.txt for the image.

One resolution for Python 3.11 and newer, Linux and macOS, both architectures. No index's address
stands in either file. Needs `uv`, which the extra ``test`` brings.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
_COMMAND = "python deploy/lock.py"


def image_extras() -> list[str]:
    """Return the extras that the image has: all but the tests'."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [name for name in project["optional-dependencies"] if name != "test"]


def compile_versions(output: Path, *options: str) -> None:
    """Write the pinned versions of the project, with what `options` add, into a file."""
    subprocess.run(  # noqa: S603 - every word of it stands here
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"),
            *("--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links"),
            *("--no-emit-package", "colorama"),  # Windows alone wants it
            *("--custom-compile-command", _COMMAND, "--output-file", str(output)),
            *options,
            *("pyproject.toml", "requirements.in"),
        ],
        cwd=ROOT,
        check=True,
    )


def main() -> None:
    """Resolve all extras once, and take from that resolution what the image needs, with hashes."""
    constraints = ROOT / "constraints.txt"
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "constraints.txt"
        compile_versions(found, "--all-extras", "--no-annotate")
        constraints.write_bytes(found.read_bytes())
        image = Path(folder) / "requirements.txt"
        compile_versions(
            image,
            *(f"--extra={name}" for name in image_extras()),
            *("--generate-hashes", "--constraints", str(constraints)),
        )
        # Where the constraints lie on this machine is nobody's business.
        text = image.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines(keepends=True) if str(ROOT) not in line]
        (ROOT / "requirements.txt").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
