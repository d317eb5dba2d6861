"""A YAML language server as an editor starts it: ``Editor``; the program is that of ``make editors``."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SERVER = os.environ.get("SIGNALGEN_YAML_SERVER", "")
HEADER = "# yaml-language-server: $schema=signalgen.schema.json\n"


class Editor:
    """One session: documents are opened as they would be on a screen; nothing is fetched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            ["node", SERVER, "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.number = 0
        self.told: dict[str, list[dict[str, Any]]] = {}
        self.ask(
            "initialize",
            processId=os.getpid(),
            rootUri=folder.as_uri(),
            capabilities={
                "workspace": {"configuration": True},
                "textDocument": {"completion": {}, "hover": {}, "publishDiagnostics": {}},
            },
        )
        self.send("initialized")

    def close(self) -> None:
        """End the session, and the server."""
        self.ask("shutdown")
        self.send("exit")
        self.process.wait(20)
        for stream in (self.process.stdin, self.process.stdout):
            stream.close()

    def send(self, method: str, **params: object) -> None:
        """Send a message that has no answer."""
        self._write({"method": method, "params": params})

    def ask(self, method: str, **params: object) -> Any:
        """Send a request, serve what the server asks in between, and return the answer."""
        self.number += 1
        own = self.number
        self._write({"id": own, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == own and "method" not in message:
                return message.get("result")

    def problems(self, text: str) -> list[tuple[int, str, str]]:
        """Return what is marked in a spec: the line, the marked text and what is said."""
        uri = self._open(text)
        while uri not in self.told:
            self._next()
        lines = text.splitlines()
        return [
            (
                one["range"]["start"]["line"] + 1,
                lines[one["range"]["start"]["line"]][
                    one["range"]["start"]["character"] : one["range"]["end"]["character"]
                ],
                one["message"],
            )
            for one in self.told[uri]
        ]

    def offered(self, text: str) -> set[str]:
        """Return what is offered at the place of the bar in ``text``."""
        before, _, after = text.partition("|")
        uri = self._open(before + after)
        line = before.count("\n")
        character = len(before.rpartition("\n")[2])
        found = self.ask(
            "textDocument/completion",
            textDocument={"uri": uri},
            position={"line": line, "character": character},
        )
        return {item["label"] for item in found["items"]}

    def shown(self, text: str) -> str:
        """Return what hovering over the place of the bar shows."""
        before, _, after = text.partition("|")
        position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        uri = self._open(before + after)
        found = self.ask("textDocument/hover", textDocument={"uri": uri}, position=position)
        return found["contents"]["value"] if found else ""

    def _open(self, text: str) -> str:
        uri = (self.folder / f"spec{self.number}-{len(self.told)}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.send("textDocument/didOpen", textDocument=document)
        return uri

    def _write(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _next(self) -> dict[str, Any]:
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server has ended"
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.told[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and "method" in message:
            self._write({"id": message["id"], "result": self._settings(message)})
        return message

    @staticmethod
    def _settings(message: dict[str, Any]) -> object:
        if message["method"] != "workspace/configuration":
            return None
        # The store of schemas is on the network, and nobody's here.
        yaml = {
            "schemaStore": {"enable": False},
            "validate": True,
            "completion": True,
            "hover": True,
        }
        return [yaml if one.get("section") == "yaml" else {} for one in message["params"]["items"]]
