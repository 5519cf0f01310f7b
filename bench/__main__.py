"""The bench's commands."""

from __future__ import annotations

import typer

from bench.money import CURRENCIES, check_amounts

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Measure the shop, and prove what takes too long for the tests."""


@app.command()
def money(highest: int = 10_000_000) -> None:
    """Write, parse and write every amount of currencies with 0, 2 and 3 decimals."""
    for currency in CURRENCIES:
        typer.echo(f"{currency.upper()}: {check_amounts(currency, highest):,} amounts held")


if __name__ == "__main__":
    app()
