"""request_timing under real servers: whole answers, streams, and clients that hang up."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

from django.test import SimpleTestCase

from beside.kit import beside

PAGES = ["quick", "stream", "later"] * 3
STREAM = 290
"""Milliseconds that a stream takes at least: three pauses, less what clocks may differ by."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, told):
    until = time.monotonic() + 60
    while not what():
        if time.monotonic() > until:
            raise AssertionError(told())
        time.sleep(0.05)


class ServerTests(SimpleTestCase):
    def serve(self, *command):
        """Ask for pages of a server, hang up once, ask again; return the milliseconds that were logged."""
        port, log = free_port(), Path(tempfile.mkdtemp()) / "requests.log"
        command = [sys.executable, "-m", *(word.format(port=port) for word in command)]
        env = {**os.environ, "REQUESTS_LOG": str(log), "DJANGO_SETTINGS_MODULE": "config.settings"}
        output = (log.parent / "output").open("w")
        with output, subprocess.Popen(command, env=env, stdout=output, stderr=output) as server:
            try:
                told = (log.parent / "output").read_text
                wait_for(lambda: self.listens(port), told)
                with ThreadPoolExecutor(4) as pool:
                    answers = list(pool.map(lambda page: self.get(port, page), PAGES))
                self.assertEqual(answers, ["ok", "0\n1\n2\n", "ok"] * 3)
                self.hang_up(port)
                self.assertEqual(self.get(port, "stream"), "0\n1\n2\n")
                whole = len(PAGES) + 1
                wait_for(lambda: log.exists() and len(log.read_text().splitlines()) >= whole, told)
            finally:
                server.terminate()
        lines = log.read_text().splitlines()
        self.assertIn(len(lines), (whole, whole + 1), lines)
        took = [int(line.split()[3]) for line in lines]
        self.assertGreaterEqual(sum(one >= STREAM for one in took), 4, lines)

    def listens(self, port):
        with socket.socket() as probe:
            return not probe.connect_ex(("127.0.0.1", port))

    def get(self, port, page):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", f"/{page}/")
        answer = connection.getresponse().read().decode()
        connection.close()
        return answer

    def hang_up(self, port):
        """Read the first piece of a stream, and go."""
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            client.sendall(b"GET /stream/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            read = b""
            while b"\r\n\r\n" not in read or not read.partition(b"\r\n\r\n")[2]:
                read += client.recv(1000)

    @beside("gunicorn", "request_timing")
    def test_gunicorn(self):
        for kind in ("sync", "gthread"):
            with self.subTest(kind):
                where = ["-b", "127.0.0.1:{port}"]
                self.serve("gunicorn", "config.wsgi", "-k", kind, "--threads", "4", *where)

    @beside("uvicorn", "request_timing")
    def test_uvicorn(self):
        self.serve("uvicorn", "config.asgi:application", "--port", "{port}")

    @beside("daphne", "request_timing")
    def test_daphne(self):
        self.serve("daphne", "-b", "127.0.0.1", "-p", "{port}", "config.asgi:application")
