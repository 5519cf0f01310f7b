"""Two processes of a shop on one database: what one was told, the other knows and keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain.catalog.model import LineKey, ProductId
from bot.ports import Chat, ChatKind
from bot.shop import Roster
from bot.shop.people.conversations import About, ChosenGoods, Conversations, OpenQuestion
from bot.shop.people.people import People
from bot.store import sqlite
from bot.store.postgres import open_store
from bot.web.webhooks import update_secret
from kit.engines import AnyStore
from kit.postgres import PostgresServer
from kit.samples import ALICE, NOW


class FixedClock:
    """A time that stands still."""

    def __init__(self, at: int) -> None:
        self._at = at

    def now(self) -> int:
        """Return seconds UTC."""
        return self._at


@pytest.fixture
async def stores(postgres_server: PostgresServer) -> AsyncIterator[tuple[AnyStore, AnyStore]]:
    """Two stores on one database, as two processes have them."""
    url = postgres_server.new_schema()
    async with await open_store(url) as one, await open_store(url) as other:
        yield one, other


def _people(store: AnyStore) -> People:
    return People(store, Roster(), lambda code: code or "en", lambda: None)


async def _meet(people: People, name: str) -> Chat:
    return await people.meet(ALICE, ChatKind.PRIVATE, name, "en")


async def test_a_language_chosen_in_one_process_is_read_and_kept_in_the_other(
    stores: tuple[AnyStore, AnyStore],
) -> None:
    """Ann chooses German and no reminders here; there she is greeted in German under a new name."""
    here, there = map(_people, stores)
    assert (await _meet(here, "Ann")).language == "en"
    assert (await _meet(there, "Ann")).language == "en"

    await here.choose_language(ALICE, "de")
    await here.want_reminders(ALICE, wanted=False)

    known = Chat(ALICE, ChatKind.PRIVATE, "de", "Ann", chosen=True, reminders=False)
    assert await _meet(there, "Ann") == known
    assert (await _meet(there, "Anna")).language == "de"
    assert await here.get(ALICE) == Chat(
        ALICE, ChatKind.PRIVATE, "de", "Anna", chosen=True, reminders=False
    )


async def test_a_question_asked_by_one_process_ends_by_a_tap_served_by_the_other(
    stores: tuple[AnyStore, AnyStore],
) -> None:
    """The next words are no note of a line then; what an owner is asked for stays asked.

    So it is, too, where the tap tells a new name.
    """
    here, there = (Conversations(store, FixedClock(NOW)) for store in stores)
    people = _people(stores[1])
    await _meet(people, "Ann")

    await here.ask(ALICE, About.NOTE, "tea")
    await there.turned_away(await _meet(people, "Ann"))
    assert await here.waiting(ALICE) is None

    await here.ask(ALICE, About.NOTE, "tea")
    await there.turned_away(await _meet(people, "Anna"))
    assert await here.waiting(ALICE) is None

    await here.ask(ALICE, About.PRICE, "tea")
    await there.turned_away(await _meet(people, "Anna"))
    assert await here.waiting(ALICE) == OpenQuestion(About.PRICE, "tea")


async def test_goods_opened_in_one_process_are_turned_away_from_in_the_other(
    stores: tuple[AnyStore, AnyStore],
) -> None:
    """A number that is typed after another tap is not how many of them are wanted."""
    here, there = (Conversations(store, FixedClock(NOW)) for store in stores)
    people = _people(stores[1])
    await _meet(people, "Ann")
    await here.opened(ALICE, ChosenGoods(LineKey(ProductId("tea")), in_cart=True))
    await there.turned_away(await _meet(people, "Ann"))
    assert await here.closed(ALICE) is None


async def test_what_is_saved_is_made_of_what_is_stored(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Though an older chat is remembered, as on a file, a new name changes the name alone."""
    path = tmp_path_factory.mktemp("shop") / "shop.sqlite3"
    async with await sqlite.open_store(path) as store:
        here, there = _people(store), _people(store)
        await _meet(here, "Ann")
        await _meet(there, "Ann")
        await here.choose_language(ALICE, "de")
        assert (await _meet(there, "Anna")).chosen is True
        assert await store.read(lambda tx: tx.chats.get(ALICE)) == Chat(
            ALICE, ChatKind.PRIVATE, "de", "Anna", chosen=True
        )


def test_every_process_of_a_shop_expects_the_same_secret_and_no_other_shops() -> None:
    """Telegram keeps one secret, that of whoever set the webhook last."""
    secret = update_secret("1:A", "shop")
    assert update_secret("1:A", "shop") == secret
    assert len({secret, update_secret("1:A", "else"), update_secret("1:B", "shop")}) == 3
    assert secret.isalnum()
    assert len(secret) == 64
