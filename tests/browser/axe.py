"""What axe finds on the page that is open. Only what it finds: to carry over what it passes takes longer."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

TAGS = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}

_AXE = Axe().axe_script
# Style sheets are fetched again for one rule alone, and that is experimental: none of the tags names it.
# We name what is wrong by its own words, so nothing has to work out selectors.
_LOOK = """async only => {
    if (!window.axe) return null
    // A page that is still coming in has no body, and its styles may not be there.
    if (document.readyState !== "complete") await new Promise(done => addEventListener("load", done))
    // What is still fading in has not its colors yet.
    const moving = document.getAnimations().filter(each => isFinite(each.effect.getComputedTiming().endTime))
    await Promise.all(moving.map(each => each.finished.catch(() => null)))
    const answer = await axe.run({
        runOnly: only, preload: {assets: ["media"]}, resultTypes: ["violations"], selectors: false,
    })
    return answer.violations.map(each => `${each.id}: ${each.nodes[0].html.slice(0, 160)}`)
}"""
_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def bring(page: Any) -> None:
    """Have each page that is opened from here on come with axe, which is quicker than to send it after."""
    page.add_init_script(_AXE)


def faults(page: Any, only: dict[str, Any] = TAGS) -> list[str]:
    """Return what axe finds, and by how much the page scrolls sideways if it does."""
    found = page.evaluate(_LOOK, only)
    if found is None:
        page.evaluate(_AXE)
        found = page.evaluate(_LOOK, only)
    return [*found, *sideways(page)]


def sideways(page: Any) -> list[str]:
    """Return by how much the page scrolls sideways, if it does."""
    wide = page.evaluate(_WIDE)
    return [f"scrolls sideways by {wide}px"] if wide > 0 else []
