"""Owners invite owners, by links that make one person an owner, once and within ten minutes."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path

import pytest
from telegram import BotCommandScopeChat

from bot.chat.owner_actions import RemoveOwner
from bot.chat.routes import encode
from bot.domain.order import OrderState, UserId
from bot.locales import Languages
from bot.ports import MessageKind, Transaction
from bot.shop.people.ownership import LINK_SECONDS, Joining
from kit import JumpingClock, Kit, open_kit
from shop_sandbox.site import SandboxSite
from shop_sandbox.telegram import Person
from tests.chat.market import open_market, write
from tests.shop.journeys import order_something, pay

_FIRST = "Welcome! This shop is yours."
_WELCOME = "You are now one of this shop’s owners."
_OVER = "This link has been used already, or its ten minutes are up."


def _other(kit: Kit) -> Person:
    """Return somebody else who reads English."""
    jonas = kit.person("Jonas")
    jonas.user.language_code = "en"
    return jonas


async def _link(owner: Person) -> str:
    """Have an owner make a link; return its payload."""
    await owner.write("/owners")
    await owner.tap(await owner.wait_for("Owners"), "Invite an owner")
    shown = await owner.wait_for("It works once, within ten minutes.")
    return shown.text.rpartition("?start=")[2].strip()


def _stored(kit: Kit) -> tuple[int, ...]:
    return kit.shop.context.roster.invited


async def test_an_invited_owner_sells_with_the_one_who_invited(tmp_path: Path) -> None:
    """The link opens the owner's side and its menu; sales reach both from then on."""
    async with open_market(tmp_path) as (kit, _):
        marta, alice, jonas = kit.person("Marta"), kit.person("Alice"), _other(kit)
        payload = await _link(marta)
        assert len(payload) <= 64  # what Telegram passes on
        await alice.start(payload)
        await alice.wait_for(_WELCOME)
        await marta.wait_for("👤 Alice Hart now owns this shop with you.")
        await alice.write("/owners")
        shown = await alice.wait_for("Owners")
        assert "• Marta Silva · from OWNER_IDS\n• Alice Hart (you)" in shown.text
        assert [one.text for one in shown.buttons] == [
            "Invite an owner",
            "Remove Alice Hart",
        ]
        order = await order_something(kit, jonas, "cup")
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)
        await alice.wait_for("Sold: order")
        await marta.wait_for("Sold: order")
        scope = BotCommandScopeChat(alice.id)
        menu = await kit.running.chat.bot.get_my_commands(scope=scope)
        assert "owners" in [one.command for one in menu]


async def test_a_link_makes_one_owner_and_no_second(tmp_path: Path) -> None:
    """Forwarded or used, it is told kindly; whoever is an owner does not use it up."""
    async with open_market(tmp_path) as (kit, _):
        marta, alice, jonas = kit.person("Marta"), kit.person("Alice"), _other(kit)
        payload = await _link(marta)
        await marta.start(payload)
        await marta.wait_for("You are an owner of this shop already.")
        await alice.start(payload)
        await alice.wait_for(_WELCOME)
        await jonas.start(payload)
        await jonas.wait_for(_OVER)
        await alice.start(payload)
        await alice.wait_for("You are an owner of this shop already.")
        assert _stored(kit) == (alice.id,)
        await jonas.write("/owners")
        await jonas.wait_for("I don’t know this command.")


async def test_a_link_ends_after_ten_minutes(tmp_path: Path) -> None:
    """A minute before it works, at its end no more."""
    async with open_market(tmp_path) as (kit, _):
        marta, alice, jonas = kit.person("Marta"), kit.person("Alice"), _other(kit)
        first, second = await _link(marta), await _link(marta)
        assert LINK_SECONDS == 600
        kit.clock.jump(540)
        await alice.start(first)
        await alice.wait_for(_WELCOME)
        kit.clock.jump(60)
        await jonas.start(second)
        await jonas.wait_for(_OVER)
        assert _stored(kit) == (alice.id,)


@pytest.mark.parametrize("payload", ["own_", "own_x", f"own_{'A' * 43}", "own"])
async def test_a_made_up_link_makes_nobody_an_owner(tmp_path: Path, payload: str) -> None:
    """Whatever is written behind the prefix."""
    async with open_market(tmp_path) as (kit, _):
        alice = kit.person("Alice")
        await _link(kit.person("Marta"))
        await alice.start(payload)
        await alice.wait_for("Corner & Co")
        assert _stored(kit) == ()


async def test_a_link_followed_in_a_group_is_not_used_up(tmp_path: Path) -> None:
    """There everybody reads it; the owner's side opens in a private chat alone."""
    async with open_market(tmp_path) as (kit, _):
        marta, alice, group = kit.person("Marta"), kit.person("Alice"), kit.telegram.group
        assert group is not None
        payload = await _link(marta)
        await alice.send(group.id, f"/start {payload}")
        await alice.wait_for("Corner & Co", chat=group.id)
        assert _stored(kit) == ()
        await alice.start(payload)
        await alice.wait_for(_WELCOME)


async def test_the_token_is_kept_nowhere(tmp_path: Path) -> None:
    """The database holds its hash; neither its files nor the messages that wait hold the token."""
    async with open_market(tmp_path) as (kit, _):
        token = (await _link(kit.person("Marta"))).removeprefix("own_")
        digests = await kit.running.store.read(lambda tx: [one.digest for one in tx.owners.links()])
        assert digests == [sha256(token.encode()).hexdigest()]
        files = await asyncio.to_thread(_files, tmp_path)
        assert digests[0].encode() in files
        assert token.encode() not in files


async def test_an_owner_is_removed_and_hears_no_more(tmp_path: Path) -> None:
    """Commands, buttons, menu and notices end, those that wait too; links they made are void."""
    async with open_market(tmp_path) as (kit, _):
        marta, alice, jonas = kit.person("Marta"), kit.person("Alice"), _other(kit)
        await alice.start(await _link(marta))
        await alice.wait_for(_WELCOME)
        theirs = await _link(alice)
        await marta.write("/owners")
        await marta.tap(await marta.wait_for("Owners"), "Remove Alice Hart")
        await marta.tap(await marta.wait_for("Remove Alice Hart?"), "Yes, remove")
        await marta.wait_for("👤 Alice Hart is no longer an owner of this shop.")
        await alice.wait_for("You are no longer an owner of this shop.")
        assert _stored(kit) == ()
        await jonas.start(theirs)
        await jonas.wait_for(_OVER)
        await alice.write("/owners")
        await alice.wait_for("I don’t know this command.")
        before = len(alice.messages())

        def put(tx: Transaction) -> None:
            details = {"problem": "checkout_opened"}
            tx.outbox.enqueue(alice.id, MessageKind.OWNER_ALERT, kit.clock.now(), None, details)  # type: ignore[arg-type]

        await kit.running.store.write(put)
        order = await order_something(kit, jonas, "cup")
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)
        await marta.wait_for("Sold: order")
        await kit.drain()
        assert len(alice.messages()) == before
        scope = BotCommandScopeChat(alice.id)
        assert await kit.running.chat.bot.get_my_commands(scope=scope) == ()
        assert (await kit.order(jonas)).state is OrderState.PAID


async def test_owners_of_the_settings_are_removed_there(tmp_path: Path) -> None:
    """An invited owner cannot put out whoever installed the shop, whatever button they make."""
    async with open_market(tmp_path) as (kit, _):
        marta, alice = kit.person("Marta"), kit.person("Alice")
        await alice.start(await _link(marta))
        shown = await alice.wait_for(_WELCOME)
        tap = await alice.forge(shown, encode(RemoveOwner(UserId(marta.id))))
        await tap.answer()
        told = await alice.wait_for("is listed in the setting OWNER_IDS")
        assert told.text == (
            "Marta Silva is listed in the setting OWNER_IDS. Remove the number there and start"
            " the shop again."
        )
        assert kit.shop.context.owners == (marta.id, alice.id)


async def test_the_only_owner_stays(tmp_path: Path) -> None:
    """Nobody leaves a shop without one by mistake; a second may go, oneself too."""
    async with open_kit(tmp_path, catalog=write(tmp_path), owner_ids="") as kit:
        alice, jonas = kit.person("Alice"), _other(kit)
        await alice.start(await kit.shop.ownership.invite())
        await alice.wait_for(_FIRST)
        await alice.write("/owners")
        await alice.tap(await alice.wait_for("Owners"), "Remove Alice Hart")
        await alice.tap(await alice.wait_for("Remove Alice Hart?"), "Yes, remove")
        await alice.wait_for("You are the only owner. Invite somebody else first.")
        await jonas.start(await _link(alice))
        await jonas.wait_for(_WELCOME)
        await alice.write("/owners")
        await alice.tap(
            await alice.wait_for("• Alice Hart (you)\n• Jonas Weber"), "Remove Alice Hart"
        )
        await alice.tap(await alice.wait_for("Remove Alice Hart?"), "Yes, remove")
        await jonas.wait_for("👤 Alice Hart is no longer an owner of this shop.")
        assert kit.shop.context.owners == (jonas.id,)


async def test_owners_outlive_a_restart(tmp_path: Path) -> None:
    """They stand in the database, and a new link of the terminal voids the one before."""
    clock = JumpingClock()
    async with SandboxSite(clock=clock) as site:
        options = {"catalog": write(tmp_path), "sandbox": site, "clock": clock}
        async with open_kit(tmp_path, owner_ids="", **options) as kit:  # type: ignore[arg-type]
            alice, jonas = kit.person("Alice"), _other(kit)
            first, second = await kit.shop.ownership.invite(), await kit.shop.ownership.invite()
            await jonas.start(first)
            await jonas.wait_for(_OVER)
            await alice.start(second)
            await alice.wait_for(_FIRST)
        async with open_kit(tmp_path, owner_ids="", **options) as kit:  # type: ignore[arg-type]
            assert kit.shop.context.owners == (alice.id,)
            await alice.write("/pause")
            await alice.wait_for("closed")


def _files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("shop.sqlite3*"))


async def _at_once(kit: Kit, token: str, people: range) -> list[Joining]:
    join = kit.shop.ownership.join
    return await asyncio.gather(*(join(token, UserId(n), f"Person {n}") for n in people))


async def test_of_fifty_who_follow_a_link_at_once_one_becomes_an_owner(tmp_path: Path) -> None:
    """Looking and taking are one transaction."""
    async with open_market(tmp_path) as (kit, _):
        token = (await kit.shop.ownership.invite()).removeprefix("own_")
        became = await _at_once(kit, token, range(10_001, 10_051))
        assert sorted(became).count(Joining.JOINED) == 1
        assert sorted(became).count(Joining.OVER) == 49
        assert len(_stored(kit)) == 1


async def test_control_with_looking_and_taking_apart_all_fifty_become_owners(
    tmp_path: Path,
) -> None:
    """The race is real: the same fifty, with a link that is looked at first and taken after."""
    async with open_market(tmp_path) as (kit, _):
        await kit.shop.ownership.invite()
        store, now, looked = kit.running.store, kit.clock.now(), asyncio.Barrier(50)

        async def careless(who: UserId) -> None:
            links = await store.read(lambda tx: tx.owners.links())
            await looked.wait()

            def work(tx: Transaction) -> None:
                tx.owners.take_link(links[0].digest)
                tx.owners.add(who, now)

            await store.write(work)

        many = [UserId(n) for n in range(10_001, 10_051)]
        await asyncio.gather(*map(careless, many))
        assert set(many) <= set(await store.read(lambda tx: tx.owners.all()))


def test_the_words_are_there_in_every_language() -> None:
    """An owner of any of the seven reads what a link does and what became of it."""
    languages = Languages.load(strict=True)
    for key in ("owner.welcome", "owner.already", "owner.link_over", "owner.owner_last"):
        told = {languages.texts(code).text(key) for code in languages.codes}
        assert len(told) == 7, key
