"""The shop called from any chat: what it offers, and the way from there into the shop."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from kit import PUBLIC, open_kit
from shop_sandbox.exchange import Exchange
from tests.chat.market import HOSTILE, calls, entries, open_market, write


def _answers(exchanges: list[Exchange]) -> int:
    return sum(one.call == "answerInlineQuery" for one in exchanges)


async def test_words_offer_products_with_price_and_a_way_in(tmp_path: Path) -> None:
    """A slip is forgiven; the message sent has the name, the price and a link to the product."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        answer = await ann.ask_inline("blendd")
        assert [one["id"] for one in answer["results"]] == ["blend"]
        assert answer["results"][0]["title"] == "Blend"
        assert answer["results"][0]["description"] == "from €12.50"
        sent = await ann.choose(answer, "blend")
        assert sent.text == "Blend\n\nfrom €12.50"
        assert answer["button"]["start_parameter"] == "q_blendd"
        link = sent.rows[0][0].url
        assert link is not None
        assert link.endswith("?start=p_blend")
        assert link.startswith(kit.settings.telegram_link_url)


async def test_a_picture_that_telegram_has_is_offered(tmp_path: Path) -> None:
    """Once a product was shown in a chat; beside others it keeps its name and price instead."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        before = await ann.ask_inline("blend")
        assert before["results"][0]["type"] == "article"
        await ann.start("p_blend")
        await ann.wait_for("Size: 250 g")
        after = await ann.ask_inline("blend")
        assert after["results"][0]["type"] == "photo"
        assert "title" not in after["results"][0]
        sent = await ann.choose(after, "blend")
        assert sent.has_photo
        assert sent.text.startswith("Blend\n")
        every = await ann.ask_inline("")
        assert {one["type"] for one in every["results"]} == {"article"}
        assert every["results"][0]["title"] == "Blend"


async def test_a_picture_at_an_https_address_stands_beside_its_product(tmp_path: Path) -> None:
    """Telegram loads it by itself for the list and for the message."""
    catalog = entries()
    address = "https://shop.example/cup.jpg"
    catalog["products"][1]["photos"] = [address]
    async with open_market(tmp_path, catalog) as (kit, exchanges):
        ann = kit.person("Alice")
        answer = await ann.ask_inline("cup")
        assert answer["results"][0]["thumbnail_url"] == address
        assert _answers(exchanges) == 1


async def test_no_words_offer_what_is_new_and_on_sale_first(tmp_path: Path) -> None:
    """The file's order follows; a name of any kind is shown as it is."""
    catalog = entries()
    catalog["products"][2]["new"] = True
    catalog["products"][3]["was"] = "40.00"
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        answer = await ann.ask_inline("")
        assert [one["id"] for one in answer["results"]] == ["mug", "jug", "blend", "cup"]
        assert answer["results"][0]["title"] == HOSTILE
        assert answer["results"][1]["description"] == "€30.00 · Sold out at the moment."
        assert answer["button"] == {"text": "Open the shop", "start_parameter": "shop"}
        assert answer["next_offset"] == ""
        sent = await ann.choose(answer, "mug")
        assert sent.text.startswith(HOSTILE)


async def test_results_are_paged(tmp_path: Path) -> None:
    """Twenty at a time, and what is no offset of ours begins anew."""
    catalog = entries()
    catalog["products"] = [
        {"id": f"tea{n}", "category": "cups", "name": f"Tea {n}", "price": "3.00"}
        for n in range(25)
    ]
    async with open_market(tmp_path, catalog) as (kit, _):
        ann = kit.person("Alice")
        first = await ann.ask_inline("tea")
        assert (len(first["results"]), first["next_offset"]) == (20, "20")
        second = await ann.ask_inline("tea", first["next_offset"])
        assert (len(second["results"]), second["next_offset"]) == (5, "")
        again = await ann.ask_inline("tea", "-3")
        assert again["results"] == first["results"]


async def test_a_product_is_shared_from_its_screen(tmp_path: Path) -> None:
    """The button carries the product's name into a chat, and stays after an edit."""
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        cup = await ann.wait_for("€14.00")
        assert cup.rows[-2][-1].text == "↗ Share"
        await ann.tap(cup, "Add to cart")
        one = await ann.wait_for(lambda shown: "1 in cart" in str(shown.rows))
        assert one.rows[-2][-1].text == "↗ Share"


async def test_without_inline_mode_a_product_is_shared_by_its_link(tmp_path: Path) -> None:
    """Telegram asks for a chat and sends the link there, with the product's name."""
    async with open_market(tmp_path) as (kit, _):
        kit.running.chat._context.address.inline = False
        ann = kit.person("Alice")
        await ann.start("p_mug")
        mug = await ann.wait_for("€9.00")
        asked = urlsplit(str(mug.rows[-2][-1].url))
        assert asked.path.endswith("/share/url")
        link, words = parse_qs(asked.query)["url"][0], parse_qs(asked.query)["text"][0]
        assert (urlsplit(link).query, words) == ("start=p_mug", HOSTILE)


async def test_a_public_shop_offers_pictures_that_telegram_has_never_seen(tmp_path: Path) -> None:
    """Telegram loads them from the shop's own address."""
    catalog = write(tmp_path)
    async with open_kit(tmp_path, catalog=catalog, behind_proxy=True) as kit:
        answer = await kit.person("Alice").ask_inline("blend")
        shown = answer["results"][0]["thumbnail_url"]
        assert shown == f"{PUBLIC}/pictures/photos/house-blend.jpg"


async def test_the_front_browses_with_pictures_and_a_choice_opens_its_product(
    tmp_path: Path,
) -> None:
    """One tap from /start; what is chosen there is one's own and needs no second tap.

    Not in a group, where a card is for the others and fills no cart of theirs.
    """
    async with open_market(tmp_path) as (kit, _):
        ann = kit.person("Alice")
        await ann.start()
        front = await ann.wait_for("Corner")
        assert front.button("🖼 Browse with pictures").raw["switch_inline_query_current_chat"] == ""
        assert kit.telegram.group is not None
        await ann.send(kit.telegram.group.id, "/start")
        front = await ann.wait_for("Corner", chat=kit.telegram.group.id)
        assert "Browse" not in str(front.rows)
        await ann.choose(await ann.ask_inline(""), "cup")
        product = await ann.wait_for(lambda seen: "Add to cart" in str(seen.rows))
        assert product.text.startswith("Cup\n")
        assert product.source.via_bot is None


async def test_without_inline_mode_or_pictures_the_front_does_not_offer_them(
    tmp_path: Path,
) -> None:
    """It would lead nowhere, or to a list of words."""
    bare = entries()
    for product in bare["products"]:
        product.pop("photos", None)
    for variation, inline in ((entries(), False), (bare, True)):
        folder = tmp_path / str(inline)
        folder.mkdir()
        async with open_market(folder, variation) as (kit, _):
            kit.running.chat._context.address.inline = inline
            ann = kit.person("Alice")
            await ann.start()
            front = await ann.wait_for("Corner")
            assert "Browse" not in str(front.rows)


async def test_a_card_in_a_group_is_left_for_the_others(tmp_path: Path) -> None:
    """The bot says nothing to it; its button leads each of them to the product."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        answer = await ann.ask_inline("cup")
        exchanges.clear()
        await ann.choose(answer, "cup", group.id)
        await ann.send(group.id, "/help")
        await ann.wait_for("How this shop works", chat=group.id)
        assert calls(exchanges) == ["sendMessage"]
