"""The sample shop, which comes along with the program: a catalog, its schema and its pictures.

In the repository ``bot/sample`` holds links to the files at its top; a wheel holds the files.
"""

from __future__ import annotations

import shutil
from pathlib import Path

CATALOG = Path("catalog.json")
SAMPLE = Path(__file__).parent.parent / "sample"


def copy_sample(folder: Path) -> Path:
    """Copy the sample shop into a folder, which may exist; return the catalog's path there."""
    shutil.copytree(
        SAMPLE,
        folder,
        ignore=shutil.ignore_patterns("source"),  # what the pictures are drawn from
        copy_function=shutil.copyfile,  # whoever owns the program, the copy can be edited
        dirs_exist_ok=True,
    )
    return folder / CATALOG
