"""How many taps each way to Stripe's page takes, counted by the robot against the sandbox."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import structlog
import typer

from bench.perf_report import keep
from bot.locales import Languages
from kit import open_kit
from kit.robot import LIMITS, Robot


def run() -> bool:
    """Count in every language and write the page; False where a way is longer than it may be."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    figures: dict[str, Any] = asyncio.run(_count())
    for code, counts in figures.items():
        typer.echo(f"  {code}: {counts}")
    keep("i", figures, "python -m bench taps")
    return all(counts[way] <= most for counts in figures.values() for way, most in LIMITS.items())


async def _count() -> dict[str, dict[str, int]]:
    languages = Languages.load(strict=True)
    with tempfile.TemporaryDirectory(prefix="shop-bench-") as folder:
        async with open_kit(Path(folder)) as kit:
            return {
                code: await Robot(kit, languages.texts(code)).count() for code in languages.codes
            }
