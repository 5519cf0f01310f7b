"""Pictures: uploaded once a bot, by file id from then on, and never a dead end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shop_sandbox.exchange import Exchange
from tests.chat.market import entries, open_market


def _uploads(exchanges: list[Exchange]) -> int:
    return sum(one.content_type.startswith("multipart") for one in exchanges)


async def test_a_picture_is_uploaded_once(tmp_path: Path) -> None:
    """The second to see it gets it by Telegram's own id."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, jonas = kit.person("Alice"), kit.telegram.add_person("Jon")
        await ann.start()
        await ann.wait_for("Corner")
        assert _uploads(exchanges) == 1
        await jonas.start()
        home = await jonas.wait_for("Corner")
        assert home.has_photo
        assert _uploads(exchanges) == 1


async def test_file_ids_outlive_the_process(tmp_path: Path) -> None:
    """They are stored; one that the bot does not know any more is replaced by a new upload."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        await ann.wait_for("Corner")
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        assert home.has_photo
        sent = [one.status for one in exchanges if one.call == "sendPhoto"]
        assert sent == [400, 200]
        assert _uploads(exchanges) == 1


async def test_a_picture_that_the_owner_replaces_is_shown_anew(tmp_path: Path) -> None:
    """The hash of its bytes decides, not its name."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann = kit.person("Alice")
        await ann.start()
        before = await ann.wait_for("Corner")
        shutil.copy(tmp_path / "photos/house-blend.jpg", tmp_path / "photos/banner.jpg")
        await ann.start()
        after = await ann.wait_for("Corner")
        assert _uploads(exchanges) == 2
        old, new = (m.raw["photo"][-1]["file_unique_id"] for m in (before, after))
        assert old != new


@pytest.mark.parametrize("content", [None, b"", b"no picture at all"])
async def test_a_picture_that_cannot_be_shown_leaves_the_words(
    tmp_path: Path, content: bytes | None
) -> None:
    """Missing, empty or broken: the screen comes as text, and its buttons work."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        picture = tmp_path / "photos/house-blend.jpg"
        picture.unlink() if content is None else picture.write_bytes(content)
        await ann.start()
        home = await ann.wait_for("Corner")
        await ann.tap(home, "☕ Coffee")
        shelf = await ann.wait_for("Choose something")
        await ann.tap(shelf, "Blend")
        blend = await ann.wait_for("Size: 250 g")
        assert not blend.has_photo
        await ann.tap(blend, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows))


async def test_a_picture_outside_the_catalogs_folder_is_not_sent(tmp_path: Path) -> None:
    """A link out of the folder leads nowhere."""
    shop = tmp_path / "shop"
    shop.mkdir()
    async with open_market(shop) as (kit, exchanges):
        secret = tmp_path / "secret.jpg"
        shutil.copy(shop / "photos/banner.jpg", secret)
        (shop / "photos/banner.jpg").unlink()
        (shop / "photos/banner.jpg").symlink_to(secret)
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        assert not home.has_photo
        assert _uploads(exchanges) == 0


async def test_a_shop_without_pictures_is_text_throughout(tmp_path: Path) -> None:
    """Every screen is edited in place as text."""
    catalog = entries()
    del catalog["shop"]["banner"]
    for product in catalog["products"]:
        product.pop("photos", None)
    async with open_market(tmp_path, catalog) as (kit, exchanges):
        ann = kit.person("Alice")
        await ann.start()
        home = await ann.wait_for("Corner")
        await ann.tap(home, "☕ Coffee")
        await ann.wait_for("Choose something")
        await ann.forge(home, "1p:blend")
        await ann.wait_for("Size: 250 g")
        await ann.forge(home, "1k")
        await ann.wait_for("Your cart is empty")
        assert {
            one.call for one in exchanges if "Photo" in one.call or "Media" in one.call
        } == set()
        assert len([m for m in ann.messages() if m.from_bot]) == 1
