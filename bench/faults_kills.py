"""Kills at every point of a purchase, and the state machine: the parts that use all cores."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
import random
from collections import Counter as Tally
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field

from bench.faults_parts import Figure, Progress, hush, scratch
from kit.faults.crash import PurchaseRun
from kit.faults.machine import ShopMachine
from kit.faults.nursery import Nursery, open_nursery
from kit.faults.pair import open_pair
from kit.faults.story import Story
from kit.postgres import running_server

LANES = max(2, os.cpu_count() or 2)


@dataclass
class Kills:
    """What came of the kills so far."""

    wanted: int
    done: int = 0
    missed: int = 0
    repeats: int = 0
    points: Tally[str] = field(default_factory=Tally)
    ends: Tally[str] = field(default_factory=Tally)
    faults: list[str] = field(default_factory=list)

    def take(self, story: Story, plan: Plan) -> None:
        """Count one story."""
        if not story.killed:
            self.missed += 1
        else:
            self.done += 1
            self.points[story.points[-1] if story.points else "none"] += 1
        self.repeats += len(story.receipts) > 1
        self.ends[story.rows[0][0] if story.rows else "nothing ordered"] += 1
        self.faults += [f"{plan}: {fault}" for fault in story.faults()]
        if not plan.give_up and [state for state, _ in story.rows] != ["paid"]:
            self.faults.append(f"{plan}: a buyer who stayed has {story.rows}")


@dataclass(frozen=True, slots=True)
class Plan:
    """One purchase and where it is cut."""

    fatal: int
    pages: bool
    give_up: bool


def _plans(totals: dict[bool, int]) -> Iterator[Plan]:
    """Yield every point of both ways of a purchase, with buyers who stay and who leave, again.

    They come mixed, so that a run of any length takes its sample from all of them.
    """
    every = [
        Plan(fatal, pages, give_up)
        for pages, give_up in itertools.product((False, True), repeat=2)
        for fatal in range(1, totals[pages] + 1)
    ]
    random.Random(1).shuffle(every)
    yield from itertools.cycle(every)


async def kills(count: int, progress: Progress) -> Figure:
    """Rows 1, 3 and 4: SIGKILL at every commit and every call of a purchase, again and again."""
    totals = {pages: await _points(pages=pages) for pages in (False, True)}
    told, plans = Kills(count), _plans(totals)
    await asyncio.gather(*(_lane(plans, told, progress) for _ in range(LANES)))
    assert told.faults == [], told.faults[:10]
    ends = ", ".join(f"{times:,} {end}" for end, times in sorted(told.ends.items()))
    commits = sum(times for name, times in told.points.items() if "COMMIT" in name)
    return Figure(
        f"{count:,} kills", f"{told.done:,} kills at {len(told.points)} kinds of points",
        f"found {totals[False]} points in a purchase confirmed in the chat and {totals[True]} in "
        f"one confirmed by webhook; {commits:,} kills at commits, {told.done - commits:,} at calls;"
        f" {told.missed} runs ended before their point; every order ended: {ends}; paid means "
        f"confirmed, once; {told.repeats} receipts repeated, each where allowed; 0 findings",
    )  # fmt: skip


async def _points(*, pages: bool) -> int:
    async with open_nursery() as nursery:
        with scratch() as folder:
            return len((await PurchaseRun(nursery, folder, pages=pages).run()).points)


async def _lane(plans: Iterator[Plan], told: Kills, progress: Progress) -> None:
    async with open_nursery() as nursery:
        while told.done < told.wanted and progress(told.done, told.wanted):
            plan = next(plans)
            told.take(await _play(nursery, plan), plan)


async def _play(nursery: Nursery, plan: Plan) -> Story:
    with scratch() as folder:
        purchase = PurchaseRun(nursery, folder, pages=plan.pages)
        return await purchase.run(plan.fatal, give_up=plan.give_up)


#: Points that the process that is killed passes in a purchase; the last are its loops'.
_PAIR_POINTS = 45


async def pair(count: int, progress: Progress) -> Figure:
    """Row 46: SIGKILL of one of two processes at every commit and call, again and again."""
    points, told = list(range(1, _PAIR_POINTS + 1)), Kills(count)
    random.Random(1).shuffle(points)
    fatal = itertools.cycle(points)
    # A group: where one lane breaks, the other ends before the server does.
    with running_server() as server:
        async with asyncio.TaskGroup() as lanes:
            for _ in range(LANES):
                lanes.create_task(_pair_lane(fatal, told, progress, server.new_schema()))
    assert told.faults == [], told.faults[:10]
    commits = sum(times for name, times in told.points.items() if "COMMIT" in name)
    return Figure(
        f"{count:,} kills", f"{told.done:,} kills at {len(told.points)} kinds of points",
        f"{commits:,} kills at commits, {told.done - commits:,} at calls; {told.missed} purchases "
        "ended before their point; the other process ended every one paid, charged and confirmed "
        f"once; {told.repeats} receipts repeated, each where allowed; 0 findings",
    )  # fmt: skip


async def _pair_lane(fatal: Iterator[int], told: Kills, progress: Progress, url: str) -> None:
    async with open_nursery() as mortal, open_nursery() as survivor:
        with scratch() as folder:
            async with open_pair((mortal, survivor), folder, url) as opened:
                while told.done < told.wanted and progress(told.done, told.wanted):
                    point, back = next(fatal), bool(told.done % 2)
                    outcome = await opened.purchase(point, comes_back=back)
                    told.done += outcome.killed
                    told.missed += not outcome.killed
                    told.repeats += len(outcome.receipts) > 1
                    if outcome.killed:
                        told.points[outcome.points[-1]] += 1
                    told.faults += [f"{point}, {back}: {fault}" for fault in outcome.faults()]


def _machine_steps(number: int, examples: int) -> int:
    """Run state machines in this process, and return how many steps they took."""
    from hypothesis import HealthCheck, Phase, seed, settings  # noqa: PLC0415 - in the worker
    from hypothesis.stateful import run_state_machine_as_test  # noqa: PLC0415 - as above

    hush()

    class Machine(ShopMachine):
        steps = 0

    run_state_machine_as_test(
        seed(number)(Machine),
        settings=settings(
            max_examples=examples, stateful_step_count=50, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        ),
    )  # fmt: skip
    return Machine.steps


async def machine(count: int, progress: Progress) -> Figure:
    """The state machine: so many steps, each followed by every invariant."""
    examples, done, runs = 40, 0, 0
    numbers = itertools.count(1)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(LANES, mp_context=spawn) as pool:
        under_way = {pool.submit(_machine_steps, next(numbers), examples) for _ in range(LANES)}
        while under_way:
            finished = await asyncio.to_thread(lambda: next(as_completed(under_way)))
            under_way.discard(finished)
            done += finished.result()
            runs += examples
            if progress(done, count) and done + len(under_way) * 1500 < count:
                under_way.add(pool.submit(_machine_steps, next(numbers), examples))
    return Figure(
        f"{count:,} steps", f"{done:,} steps in about {runs:,} runs",
        "no finding after any step; at every rest each charge had its order, paid less refunded "
        "was the charge's, nothing paid was left undecided and nothing held in vain",
    )  # fmt: skip
