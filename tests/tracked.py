"""What stands in the repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def tracked() -> list[str]:
    """Return the names of the repository's files; a test ends here where this is no repository."""
    found = subprocess.run(  # noqa: S603 - every word of it stands here
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],  # noqa: S607 - any git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        why = f"what is tracked cannot be listed: {found.stderr.strip()}"
        (pytest.fail if os.environ.get("SHOP_REQUIRE_ALL") == "1" else pytest.skip)(why)
    return [name for name in found.stdout.split("\0") if name]
