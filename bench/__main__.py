"""The bench's commands."""

from __future__ import annotations

from typing import Annotated

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


@app.command()
def faults(  # noqa: PLR0917 - each part has its option
    only: Annotated[list[str] | None, typer.Option(help="Parts to run; all by default.")] = None,
    duplicates: Annotated[int, typer.Option(help="Rounds of 100 in parallel.")] = 20,
    events: Annotated[int, typer.Option(help="Most orders of events an outcome.")] = 720,
    coroutines: Annotated[int, typer.Option(help="Rounds of 500 coroutines.")] = 100,
    processes: Annotated[int, typer.Option(help="Rounds of 64 processes.")] = 100,
    webhooks: Annotated[int, typer.Option(help="Malformed bodies.")] = 10_000,
    updates: Annotated[int, typer.Option(help="Malformed updates.")] = 10_000,
    canaries: Annotated[int, typer.Option(help="Rounds of the search for secrets.")] = 3,
    logs: Annotated[int, typer.Option(help="Spoilt write-ahead logs.")] = 4_000,
    kills: Annotated[int, typer.Option(help="Processes killed.")] = 1_000,
    pair: Annotated[int, typer.Option(help="Processes killed beside another.")] = 500,
    machine: Annotated[int, typer.Option(help="Steps of the state machine.")] = 100_000,
    minutes: Annotated[
        float, typer.Option(help="Most minutes for the kills and for the state machine.")
    ] = 120.0,
) -> None:
    """Prove tests/faults at full length, and write bench/FAULTS.md."""
    from bench import faults as proofs  # noqa: PLC0415 - a command loads only what it needs

    sizes = {
        "duplicates": duplicates, "events": events, "coroutines": coroutines,
        "processes": processes, "webhooks": webhooks, "updates": updates, "canaries": canaries,
        "logs": logs, "kills": kills, "pair": pair, "machine": machine,
    }  # fmt: skip
    unknown = set(only or ()) - set(sizes)
    if unknown:
        raise typer.BadParameter(f"there is no part {', '.join(sorted(unknown))}")
    chosen = {name: size for name, size in sizes.items() if not only or name in only}
    if not proofs.run(chosen, minutes):
        raise typer.Exit(1)


@app.command()
def taps() -> None:
    """Count the taps to Stripe's page in every language, and write them into bench/RESULTS.md."""
    from bench import taps as counting  # noqa: PLC0415 - the whole bot, as above

    if not counting.run():
        raise typer.Exit(1)


@app.command()
def perf(
    part: Annotated[str | None, typer.Option(help="a to h; all by default.")] = None,
    *,
    quick: Annotated[bool, typer.Option(help="A look: short, smaller, nothing written.")] = False,
) -> None:
    """Measure taps (a, b), growth (c), sales (d, e), memory (f), a catalog (g), a pair (h)."""
    from bench import perf as speed  # noqa: PLC0415 - the whole bot, which other parts do without

    speed.run(part, quick=quick)


@app.command()
def move(orders: int = 1_000_000) -> None:
    """Move a shop from a file to PostgreSQL and back, and weigh the command at 1,000 orders too."""
    from bench.move import weigh  # noqa: PLC0415 - it needs PostgreSQL

    for line in weigh((1000, orders)):
        typer.echo(line)


if __name__ == "__main__":
    app()
