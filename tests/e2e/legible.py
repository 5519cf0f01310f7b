"""What can be measured of how a page reads: contrast, room, and where the focus is."""

from __future__ import annotations

from playwright.async_api import Page

#: WCAG 2.2, "Contrast (Minimum)": 4.5 to 1, or 3 to 1 for large type.
_FAINT = """
() => {
  const board = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    board.clearRect(0, 0, 1, 1);
    board.fillStyle = color;
    board.fillRect(0, 0, 1, 1);
    return [...board.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, below) => {
    const part = top[3] / 255;
    return [0, 1, 2].map((i) => top[i] * part + below[i] * (1 - part)).concat(255);
  };
  const ground = (node) => {
    const behind = [];
    for (let at = node; at; at = at.parentElement) behind.unshift(getComputedStyle(at));
    const colors = behind.map((style) => rgba(style.backgroundColor));
    return colors.reduce((below, top) => over(top, below), rgba("Canvas"));
  };
  const light = (color) => color.slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    const words = walk.currentNode.data.trim();
    const seen = words && node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!seen || node.closest("[aria-hidden=true], script, style, noscript, option")) continue;
    const style = getComputedStyle(node);
    const below = ground(node);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const reached = ratio(over(rgba(style.color), below), below);
    if (reached < (large ? 3 : 4.5)) found.push(`${reached.toFixed(2)}: ${words.slice(0, 40)}`);
  }
  return found;
}
"""
_FOCUS = """
() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}
"""


async def faint(page: Page) -> list[str]:
    """Return the words on a page whose contrast is below WCAG's AA, each with its ratio."""
    found: list[str] = await page.evaluate(_FAINT)
    return found


async def sideways(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    wider: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wider


async def shows_focus(page: Page) -> bool:
    """Return whether what has the focus has an outline that can be seen."""
    shown: bool = await page.evaluate(_FOCUS)
    return shown
