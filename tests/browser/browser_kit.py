"""A headless Chromium by the WebDriver protocol: ``Browser``; the driver is that of ``make browser``."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = os.environ.get("SIGNALGEN_BROWSER", "")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "Right": "\ue014", "Left": "\ue012"}
OPTIONS = {
    "browserName": "chrome",
    "goog:chromeOptions": {
        "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000"],
        "perfLoggingPrefs": {"enableNetwork": True},
    },
    "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
}


def call(path: str, data: object = None, method: str = "POST") -> object:
    """Return the value that the driver answers."""
    body = None if method == "GET" or method == "DELETE" else json.dumps(data or {}).encode()
    request = Request(f"{ADDRESS}{path}", body, {"Content-Type": "application/json"}, method=method)
    with urlopen(request) as answer:
        return json.load(answer)["value"]


@dataclass
class Browser:
    """One session of the browser."""

    session: str

    @classmethod
    def start(cls) -> Browser:
        made = call("/session", {"capabilities": {"alwaysMatch": OPTIONS}})
        return cls(f"/session/{made['sessionId']}")

    def stop(self) -> None:
        call(self.session, method="DELETE")

    def open(self, page: Path) -> None:
        call(f"{self.session}/url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: object) -> object:
        """Return what a script of the page returns."""
        return call(f"{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def command(self, name: str, **parameters: object) -> object:
        """Return what a command of Chromium's own protocol answers."""
        return call(f"{self.session}/goog/cdp/execute", {"cmd": name, "params": parameters})

    def find(self, selector: str) -> str:
        found = call(f"{self.session}/element", {"using": "css selector", "value": selector})
        return found[ELEMENT]

    def click(self, selector: str) -> None:
        call(f"{self.session}/element/{self.find(selector)}/click")

    def press(self, *keys: str) -> None:
        """Press and release keys, one after the other, wherever the focus is."""
        actions = []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [{"type": kind, "value": value} for kind in ("keyDown", "keyUp")]
        call(
            f"{self.session}/actions",
            {"actions": [{"type": "key", "id": "keys", "actions": actions}]},
        )

    def said(self) -> list[str]:
        """Return what stands in the console: errors, and what the page's policy has stopped."""
        found = call(f"{self.session}/se/log", {"type": "browser"})
        return [one["message"] for one in found]

    def asked(self) -> list[str]:
        """Return every address that the page has asked for."""
        found = call(f"{self.session}/se/log", {"type": "performance"})
        events = (json.loads(one["message"])["message"] for one in found)
        sent = (e for e in events if e["method"] == "Network.requestWillBeSent")
        return [one["params"]["request"]["url"] for one in sent]

    def picture(self, place: Path) -> None:
        """Write what the window shows, to be looked at."""
        from base64 import b64decode

        shown = call(f"{self.session}/screenshot", method="GET")
        place.write_bytes(b64decode(str(shown)))
