"""The page of ``signalgen chart --format html`` in a real Chromium: ``make browser``. Elsewhere these tests are skipped."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import ADDRESS, Browser

import signalgen

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not ADDRESS, reason="make browser starts the browser")
SHOTS = os.environ.get("SIGNALGEN_SHOTS", "")
HOSTILE = '"></title><script>document.title="taken"</script><img src=http://127.0.0.1:9/x onerror="document.title=1">'
VISIBLE = "return [...document.querySelectorAll('tbody tr')].filter(one => !one.hidden).length"
DIM = "return document.querySelectorAll('.node.dim').length"
CHOSEN = "return [...document.querySelectorAll('.node.chosen')].map(one => one.dataset.n)"
PANEL = "const one = document.getElementById('panel'); return one.hidden ? '' : one.innerText"
IN_VIEW = (
    "const hit = document.querySelector('.hit').getBoundingClientRect();"
    "const around = document.getElementById('graph').getBoundingClientRect();"
    "return hit.top >= around.top && hit.bottom <= around.bottom"
)
FOCUS = "const one = document.activeElement; return one.dataset.n || one.id || one.tagName"


def project(folder: Path, receivers: int, apps: int = 1, note: str = "Tell them.") -> Path:
    """Write a project with that many receivers, each of which writes a row of the next app."""
    files = {
        "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
        "config/__init__.py": "",
        "config/settings.py": f"INSTALLED_APPS = {[f'app{n}' for n in range(apps)]}\n",
    }
    for number in range(apps):
        own = range(number, receivers, apps)
        files[f"app{number}/__init__.py"] = ""
        files[f"app{number}/models.py"] = (
            "from django.db import models\n\n\nclass Order(models.Model):\n    pass\n\n\n"
            "class Entry(models.Model):\n    pass\n\n\nfrom . import receivers  # noqa\n"
        )
        files[f"app{number}/receivers.py"] = (
            "from django.db.models.signals import post_delete, post_save\nfrom django.dispatch import receiver\n\n"
            f"from app{(number + 1) % apps}.models import Entry\n\n\n"
        ) + "\n\n".join(
            f'@receiver(post_{("save", "delete")[one % 2]}, sender="app{number}.Order")\n'
            f"def note_{one}(sender, instance, **kwargs):\n    {note!r}\n    Entry.objects.create()\n"
            for one in own
        )
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def page(folder: Path, root: Path) -> Path:
    """Write the page of a project."""
    place = folder / "map.html"
    place.write_text(signalgen.chart(root, "html").text, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def session() -> Iterator[Browser]:
    made = Browser.start()
    yield made
    made.stop()


@pytest.fixture
def browser(session: Browser, tmp_path: Path) -> Browser:
    """The page of six receivers in two apps, freshly opened."""
    session.said(), session.asked()
    session.open(page(tmp_path, project(tmp_path / "project", 6, 2)))
    return session


def shot(browser: Browser, name: str) -> None:
    if SHOTS:
        browser.picture(Path(SHOTS, f"{name}.png"))


def test_it_opens_without_an_error_and_asks_for_nothing_but_itself(browser: Browser):
    assert browser.run("return document.title") == "Signal map"
    assert browser.run(VISIBLE) > 6
    assert browser.said() == []
    assert [one for one in browser.asked() if not one.startswith(("file:", "data:"))] == []
    shot(browser, "small")


def test_the_policy_stops_what_somebody_puts_into_the_page(browser: Browser):
    browser.run(
        "const one = new Image(); one.src = 'http://127.0.0.1:9/x'; document.body.append(one)"
    )
    said = browser.said()
    assert any("Content Security Policy" in one for one in said), said


def test_search_filters_the_table_and_dims_the_rest(browser: Browser):
    everything = browser.run(VISIBLE)
    browser.press("/", "n", "o", "t", "e", "_", "3")
    assert browser.run(FOCUS) == "search"
    assert browser.run(VISIBLE) == 1
    assert browser.run(DIM) > 0
    assert "1 of" in browser.run("return document.getElementById('status').innerText")
    shot(browser, "search")
    browser.press("Escape")
    assert (browser.run(VISIBLE), browser.run(DIM)) == (everything, 0)


def test_a_chip_shows_one_app(browser: Browser):
    browser.click(".chip[data-by=app][data-value=app1]")
    assert browser.run(
        "return [...document.querySelectorAll('tbody tr')].filter(one => !one.hidden)"
        ".every(one => one.innerText.includes('app1'))"
    )
    browser.click(".chip[data-by=app][data-value=app1]")
    assert browser.run(DIM) == 0


def test_a_click_chooses_a_node_and_the_panel_tells_of_it(browser: Browser):
    number = browser.run(
        "return [...document.querySelectorAll('.node')].findIndex(one => one.textContent.includes('note_2'))"
    )
    at = browser.run("return document.querySelectorAll('.node')[arguments[0]].dataset.n", number)
    browser.click(f".node[data-n='{at}']")
    assert browser.run(CHOSEN) == [at]
    told = browser.run(PANEL)
    assert "app0/receivers.py" in told
    assert "def note_2(" in told
    assert "Leads to" in told
    assert browser.run(DIM) > 0
    shot(browser, "chosen")
    browser.click(f".node[data-n='{at}']")
    assert (browser.run(CHOSEN), browser.run(PANEL)) == ([], "")


def test_the_keyboard_is_enough(browser: Browser):
    browser.run(
        "[...document.querySelectorAll('.node')].find(one => one.textContent.includes('note_2')).focus()"
    )
    first = browser.run(FOCUS)
    browser.press("Enter")
    assert browser.run(CHOSEN) == [first]
    browser.press("Right")
    assert browser.run(FOCUS) != first, "along a line"
    browser.press("Escape")
    assert browser.run(CHOSEN) == []


def test_nodes_can_be_reached_by_tab_and_have_names(browser: Browser):
    missing = browser.run(
        "return [...document.querySelectorAll('.node')].filter(one => one.tabIndex !== 0 ||"
        " !(one.getAttribute('aria-label') || one.querySelector('title'))).length"
    )
    assert missing == 0


def test_dark_and_printed_pages_have_colours_of_their_own(browser: Browser):
    colour = "return getComputedStyle(document.body).backgroundColor"
    light = browser.run(colour)
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.command("Emulation.setEmulatedMedia", features=dark)
    assert browser.run(colour) != light
    shot(browser, "dark")
    browser.command("Emulation.setEmulatedMedia", media="print", features=[])
    assert (
        browser.run("return getComputedStyle(document.querySelector('.tools')).display") == "none"
    )
    browser.command("Emulation.setEmulatedMedia", media="", features=[])


def test_names_and_texts_of_a_hostile_project_stay_texts(session: Browser, tmp_path: Path):
    root = project(tmp_path / "project", 2, note=HOSTILE)
    path = root / f"app0/{'<b onclick=alert(1)>'}.py"
    path.write_text((root / "app0/receivers.py").read_text().replace("note_", "other_"))
    session.said(), session.asked()
    session.open(page(tmp_path, root))
    assert session.run("return document.title") == "Signal map"
    assert session.run("return document.querySelectorAll('img, b, iframe').length") == 0
    assert session.run("return document.scripts.length") == 2
    assert session.run(
        "return [...document.querySelectorAll('*')].every(one =>"
        " [...one.attributes].every(own => !own.name.startsWith('on')))"
    )
    session.click(".node")
    assert session.said() == []
    assert [one for one in session.asked() if not one.startswith(("file:", "data:"))] == []


def test_five_hundred_receivers_open_in_two_seconds_of_work(session: Browser, tmp_path: Path):
    made = page(tmp_path, project(tmp_path / "project", 500, 20))
    # The time that the page's thread works, whatever else the machine does.
    session.command("Performance.setTimeDomain", timeDomain="threadTicks")
    session.command("Performance.enable")
    before = work(session)
    session.said()
    session.open(made)
    assert work(session) - before < 2
    assert session.run(VISIBLE) >= 500
    session.press("/", "n", "o", "t", "e", "_", "4", "2", "1")
    assert session.run(VISIBLE) == 1
    assert session.run(IN_VIEW), "what is found is shown"
    assert work(session) - before < 4
    assert session.said() == []
    shot(session, "many")


def work(session: Browser) -> float:
    """Return the seconds that the page's thread has worked."""
    found = session.command("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in found if one["name"] == "TaskDuration")
