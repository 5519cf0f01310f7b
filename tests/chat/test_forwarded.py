"""What was forwarded, or came through another bot, is nobody's command and answers no question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.domain.order import ChatId
from kit import ROOT, Kit
from tests.chat.market import calls, entries, open_market
from tests.chat.owner_steps import another, notice, sold

_PASSED_ON = "This is a forwarded message"
_PICTURE = (ROOT / "photos" / "house-blend.jpg").read_bytes()


async def test_a_forwarded_command_does_nothing(tmp_path: Path) -> None:
    """A stranger's /pause does not close the shop through its owner, nor /delete forget anybody."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        before = kit.settings.catalog.read_bytes()
        for command in ("/pause", "/price cup 1", "/stock mug 0"):
            await marta.forward(await ann.write(command))
            await marta.wait_for(_PASSED_ON)
        await ann.start("p_cup")
        cup = await ann.wait_for("€14.00")
        await ann.tap(cup, "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows))
        await ann.forward(await marta.write("/checkout"))
        await ann.wait_for(_PASSED_ON)
        assert await kit.orders(ann) == ()
        assert kit.settings.catalog.read_bytes() == before
        await ann.write("/checkout")  # the control: said by herself, and the shop is open
        await ann.wait_for("Order 10")


async def test_forwarded_words_answer_no_question(tmp_path: Path) -> None:
    """The question goes on waiting for the person's own words; nothing reached anybody."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta, joe = kit.person("Alice"), kit.person("Marta"), another(kit)
        order = await sold(kit, ann)
        words = await joe.write("3")
        await ann.start("p_cup")
        await ann.wait_for("€14.00")
        await ann.forward(words)
        await ann.wait_for(_PASSED_ON)
        assert not (await kit.shop.carts.view(ChatId(ann.id))).cart
        await marta.write("/price cup")
        await marta.wait_for("cup")
        await marta.forward(words)
        await marta.wait_for(_PASSED_ON)
        await marta.write("15")
        await marta.wait_for("Price: €15.00")
        shown = await notice(kit, marta, "Sold")
        await marta.tap(shown, "✉️ Write")
        await marta.wait_for("What should I tell Alice")
        await marta.forward(await joe.write("Give me my money"))
        await marta.wait_for(_PASSED_ON)
        await marta.write("Thank you!")
        await ann.wait_for("The shop writes: Thank you!", since=0)
        assert not [seen for seen in ann.messages() if "money" in seen.text]
        assert order.chat_id == ann.id


async def test_a_forwarded_photo_is_no_products_picture(tmp_path: Path) -> None:
    """Its caption names a product: the catalog stays as it was."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        before = kit.settings.catalog.read_bytes()
        for kind, name in (("photo", "x.jpg"), ("document", "x.jpg")):
            sent = await ann.upload(
                _PICTURE, name=name, kind=kind, mime="image/jpeg", caption="cup"
            )
            await marta.forward(sent)
            await marta.wait_for(_PASSED_ON)
        assert kit.settings.catalog.read_bytes() == before


async def test_a_forwarded_catalog_waits_for_a_tap(tmp_path: Path) -> None:
    """A helper's file comes by forwarding; what it would change is shown, and nothing is yet."""
    async with open_market(tmp_path) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        path = kit.settings.catalog
        before = path.read_bytes()
        changed = before.replace(b'"14.00"', b'"15.00"')
        sent = await ann.upload(changed, name="catalog.json")
        await marta.forward(sent)
        offered = await marta.wait_for(lambda seen: "Replace" in str(seen.rows))
        assert path.read_bytes() == before
        await marta.tap(offered, "Replace")
        await marta.wait_for("Saved")
        assert b"15.00" in path.read_bytes()


async def test_in_a_group_what_is_passed_on_is_left_alone(tmp_path: Path) -> None:
    """People pass things on in groups all day, commands too."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        command = await ann.write("/cart")
        await ann.wait_for("Your cart")
        exchanges.clear()
        await ann.forward(command, group.id)
        await ann.send(group.id, "/help")
        await ann.wait_for("How this shop works", chat=group.id)
        assert calls(exchanges) == ["sendMessage"]


async def test_what_another_bot_wrote_is_no_command(tmp_path: Path) -> None:
    """Chosen from a bot's inline results, it is that bot's text; our own cards need no answer."""
    async with open_market(tmp_path, entries()) as (kit, exchanges):
        marta = kit.person("Marta")
        raw = (await marta.write("/help")).raw
        await marta.wait_for("For you alone")
        pause: dict[str, Any] = {
            **raw,
            "text": "/pause",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        }
        other = {"id": 4242, "is_bot": True, "first_name": "Other", "username": "other_bot"}
        await _hear(kit, 1, {**pause, "via_bot": other})
        await marta.wait_for(_PASSED_ON)
        exchanges.clear()
        ours = kit.telegram.world.bot.to_json()
        await _hear(kit, 2, {**pause, "via_bot": ours})
        assert calls(exchanges) == []
        assert not await kit.shop.checkout_switch.paused()


async def test_a_card_that_is_forwarded_opens_its_product(tmp_path: Path) -> None:
    """As it does where it was chosen; in a group it goes on being for the others."""
    async with open_market(tmp_path, entries()) as (kit, exchanges):
        ann, jonas, group = kit.person("Alice"), kit.person("Jonas"), kit.telegram.group
        assert group is not None
        card = await ann.choose(await ann.ask_inline("cup"), "cup", group.id)
        await jonas.forward(card)
        product = await jonas.wait_for(lambda seen: "1a:cup" in str(seen.rows))
        assert product.text.startswith("Cup\n")
        exchanges.clear()
        await jonas.forward(card, group.id)
        await ann.send(group.id, "/help")
        await ann.wait_for("How this shop works", chat=group.id)
        assert calls(exchanges) == ["sendMessage"]


async def test_a_forwarded_card_whose_button_is_lost_is_answered(tmp_path: Path) -> None:
    """It says what to do instead: nothing is met with silence in one's own chat."""
    async with open_market(tmp_path, entries()) as (kit, _):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        card = await ann.choose(await ann.ask_inline("cup"), "cup", group.id)
        raw = {k: v for k, v in (await ann.write("Hello")).raw.items() if k != "entities"}
        origin = {"type": "user", "date": raw["date"], "sender_user": raw["from"]}
        ours = kit.telegram.world.bot.to_json()
        bare = {**raw, "text": card.text, "forward_origin": origin, "via_bot": ours}
        await _hear(kit, 1, bare)
        await ann.wait_for(_PASSED_ON)


async def test_buttons_of_another_bot_are_no_question_of_ours(tmp_path: Path) -> None:
    """A reply to its message in a group sets no quantity here, whatever its buttons say."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, group = kit.person("Alice"), kit.telegram.group
        assert group is not None
        raw = (await ann.send(group.id, "/start p_cup")).raw
        cup = await ann.wait_for("€14.00", chat=group.id)
        exchanges.clear()
        other = {"id": 4242, "is_bot": True, "first_name": "Other", "username": "other_bot"}
        keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "1un:cup:"}]]}
        asked = {**cup.raw, "from": other, "reply_markup": keyboard}
        said = {k: v for k, v in raw.items() if k != "entities"} | {"text": "5"}
        await _hear(kit, 1, {**said, "reply_to_message": asked})
        assert calls(exchanges) == []
        assert not (await kit.shop.carts.view(ChatId(group.id))).cart
        ours = {**asked, "from": kit.telegram.world.bot.to_json()}
        await _hear(kit, 2, {**said, "reply_to_message": ours})  # the control
        await ann.wait_for("5 × Cup", chat=group.id)


async def _hear(kit: Kit, number: int, message: dict[str, Any]) -> None:
    await kit.running.chat.process({"update_id": 987_600_000 + number, "message": message})
