"""The demo page as a window on the sandbox: its parts, people, faults, restarts and widths."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Browser, expect

from shop_sandbox.site import SandboxSite
from tests.e2e.browser import PHONE, visit
from tests.e2e.messenger import begin, button, middle
from tests.e2e.scripted_bot import ScriptedBot, scripted_bot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_owner_sees_a_sale_beside_the_customers_chat(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """A notice to the owner shows at once on the right; on a phone it counts on the tab."""
    owner = site.telegram.person("Marta").id
    async with visit(browser, site.url) as page:
        await expect(page.locator("#owner .as")).to_contain_text("Marta")
        await bot.say(owner, "Sold: #1042")
        await expect(page.locator("#owner .words")).to_have_text(["Sold: #1042"])
        await page.set_viewport_size({"width": 360, "height": 740})
        await expect(page.locator("#owner")).to_be_hidden()
        await bot.say(owner, "Sold: #1043")
        tab = page.get_by_role("button", name=re.compile("Owner$")).last
        await expect(tab.locator(".badge")).to_have_text("1")
        await tab.click()
        await expect(page.locator("#owner .words")).to_have_text(["Sold: #1042", "Sold: #1043"])
        await expect(tab.locator(".badge")).to_have_count(0)


async def test_a_reader_of_old_messages_is_not_pulled_down(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """New messages keep the place of who scrolled up, are counted, and one press leads to them."""
    async with visit(browser, site.url) as page:
        chat = await begin(page, bot)
        for number in range(12):
            await bot.say(chat, f"line {number}\n" * 6)
        box = middle(page).locator(".scroll")
        await expect(middle(page).locator(".message")).to_have_count(13)
        await box.hover()
        await page.mouse.wheel(0, -9000)
        jump = middle(page).get_by_role("button", name="To the newest message")
        await expect(jump).to_be_visible()
        before = await box.evaluate("box => box.scrollTop")
        await bot.say(chat, "the newest")
        await expect(jump.locator(".badge")).to_have_text("1")
        assert await box.evaluate("box => box.scrollTop") == before
        await jump.click()
        await expect(middle(page).get_by_text("the newest").last).to_be_in_viewport()


async def test_arabic_runs_from_right_to_left(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """An Arabic text and button take their own direction while the page keeps its."""
    async with visit(browser, site.url) as page:
        await page.get_by_role("button", name="أمير").click()
        chat = await begin(page, bot)
        await bot.say(chat, "مرحبا", [button("السلة", "cart")])
        words = middle(page).locator(".message.theirs .words")
        await expect(words).to_have_css("direction", "rtl")
        await expect(middle(page).locator(".key-words")).to_have_css("direction", "rtl")
        await expect(page.locator("body")).to_have_css("direction", "ltr")


async def test_the_page_mends_itself_after_the_server_began_anew(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """While the sandbox is away a line says so; a new one on the port is shown from its start."""
    async with visit(browser, site.url) as page:
        chat = await begin(page, bot)
        await bot.say(chat, "before")
        await expect(middle(page).get_by_text("before")).to_be_visible()
        port = int(site.url.rpartition(":")[2])
        await site.__aexit__(None, None, None)
        await expect(page.get_by_text("Reconnecting…")).to_be_visible()
        async with SandboxSite(port=port) as again, scripted_bot(again.telegram_api_url) as heir:
            await expect(page.locator("#line")).to_have_text("")
            await expect(middle(page).get_by_text("before")).to_have_count(0)
            assert await begin(page, heir) == chat
            await heir.say(chat, "after")
            await expect(middle(page).get_by_text("after")).to_be_visible()


async def test_the_sandbox_menu_plays_and_lifts_faults(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """A fault chosen in the menu is in the book of both servers; lifting empties it."""
    async with visit(browser, site.url) as page:
        await begin(page, bot)
        await page.get_by_role("button", name="Sandbox menu").click()
        panel = page.get_by_role("dialog", name="Sandbox")
        await expect(panel).to_contain_text("no money moves")
        await panel.get_by_role("button", name="Telegram: too many requests").click()
        await panel.get_by_role("button", name="Stripe: line cut").click()
        await expect(panel.get_by_role("listitem")).to_have_count(2)
        seen = [(r.call, r.action, r.status, r.phase, r.times) for r in site.faults.rules()]
        assert seen == [("[se]*", "error", 429, "before", 3), ("* /v1/*", "cut", 500, "after", 3)]
        await panel.get_by_role("button", name="Lift all faults").click()
        await expect(panel).to_contain_text("No fault is in force.")
        assert site.faults.rules() == ()


async def test_people_and_groups_change_from_the_menu(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """A new person arrives and is who one is; a block reaches the bot; a group becomes super."""
    async with visit(browser, site.url) as page:
        await page.get_by_role("button", name="Sandbox menu").click()
        panel = page.get_by_role("dialog", name="Sandbox")
        await panel.get_by_role("textbox", name="First name of the new person").fill("Wanda")
        await panel.get_by_role("combobox", name="Language of the new person").select_option("ru")
        await panel.get_by_role("button", name="Add person").click()
        await expect(middle(page).locator(".as")).to_contain_text("Wanda")
        await begin(page, bot)
        await page.get_by_role("button", name="Sandbox menu").click()
        await panel.get_by_role("switch", name="Blocks the shop’s bot").check()
        change = await bot.hear("my_chat_member")
        assert change["new_chat_member"]["status"] == "kicked"
        await panel.get_by_role("button", name="Close").click()
        await middle(page).get_by_role("button", name="Unblock the shop and start").click()
        assert (await bot.hear("message"))["from"]["language_code"] == "ru"
        await page.get_by_role("button", name="Alice").click()
        await page.get_by_role("button", name=re.compile("Flat 4B")).click()
        await page.get_by_role("button", name="Sandbox menu").click()
        await panel.get_by_role("button", name="Make it a supergroup").click()
        moved = await bot.hear("message")
        while "migrate_to_chat_id" not in moved:
            moved = await bot.hear("message")
        await expect(page).to_have_url(re.compile(f"chat={moved['migrate_to_chat_id']}&"))
        await expect(middle(page).locator(".head-line")).to_contain_text("supergroup")


async def test_a_phones_width_holds_one_column_with_nothing_cut_off(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """At 360 pixels nothing scrolls sideways and the tabs lead to chats, chat and owner."""
    long = "A very long button label that must wrap and not push anything out of the window"
    async with visit(browser, site.url, viewport=PHONE, has_touch=True) as page:
        chat = await begin(page, bot)
        await bot.say(chat, "w" * 300, [button(long, "1"), button(long, "2")])
        await expect(middle(page).get_by_role("button", name=long)).to_have_count(2)
        tabs = page.get_by_role("navigation", name="Views").get_by_role("button")
        for place, part in ((0, "#side"), (2, "#owner"), (1, "#active")):
            await tabs.nth(place).click()
            await expect(page.locator(part)).to_be_visible()
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide == PHONE["width"]
        inside = (
            await middle(page).locator(".scroll").evaluate("b => b.scrollWidth - b.clientWidth")
        )
        assert inside == 0


async def test_two_pages_show_the_same_chat(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """What is written in one page appears in the other, once."""
    async with visit(browser, site.url) as page:
        await begin(page, bot)
        other = await page.context.new_page()
        await other.goto(page.url)
        field = middle(page).get_by_role("textbox", name="Message")
        for words in ("one", "two", "three"):
            await field.fill(words)
            await field.press("Enter")
        expected = ["/start", "one", "two", "three"]
        both = (middle(one).locator(".message.mine .words") for one in (page, other))
        await asyncio.gather(*(expect(words).to_have_text(expected) for words in both))
