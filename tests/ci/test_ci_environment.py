"""Where Python lacks ensurepip, as Debian's does, pip comes from the index: the pinned release, checked."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import environment  # noqa: E402

WHEEL = b"not really a wheel"


def file(version, requires=">=3.9", *, yanked=False, digest=None):
    name = f"pip-{version}-py3-none-any.whl"
    return {
        "filename": name,
        "url": f"../../files/{name}",
        "hashes": {"sha256": digest or hashlib.sha256(WHEEL).hexdigest()},
        "requires-python": requires,
        "yanked": yanked,
    }


@pytest.fixture
def index(monkeypatch):
    """A package index on the loopback; the test fills in its files."""
    files = [{**file("26.9"), "filename": "pip-26.9.tar.gz"}]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found = {
                "/simple/pip/": json.dumps({"files": files}).encode(),
                **{f"/files/{one['filename']}": WHEEL for one in files},
            }.get(self.path)
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
    yield files
    server.shutdown()
    server.server_close()


def test_the_pinned_release_is_taken(index, tmp_path):
    index += [file("26.1"), file("26.3"), file("26.10")]
    assert environment.fetched(tmp_path, "26.3").name == "pip-26.3-py3-none-any.whl"
    assert (tmp_path / "pip-26.3-py3-none-any.whl").read_bytes() == WHEEL


def test_without_a_pin_the_newest_that_runs_here_is_taken(index, tmp_path):
    index += [
        file("26.2"),
        file("26.10"),
        file("26.11", yanked="broken"),
        file("27.0", f">=3.{sys.version_info[1] + 1}"),
        file("27.0b1"),
    ]
    assert environment.fetched(tmp_path, "").name == "pip-26.10-py3-none-any.whl"


def test_a_wheel_with_another_hash_is_refused(index, tmp_path):
    index.append(file("26.3", digest="0" * 64))
    with pytest.raises(OSError, match="is not what 127"):
        environment.fetched(tmp_path, "26.3")


@pytest.mark.parametrize("version", ["26.3", ""])
def test_an_index_without_a_fitting_release_is_named(index, tmp_path, version):
    index.append(file("9.0", ">=2.7"))
    with pytest.raises(OSError, match="has no pip"):
        environment.fetched(tmp_path, version)


def test_an_index_that_does_not_answer_is_one_line(tmp_path):
    """In a Python whose ensurepip is hidden."""
    hidden = "import sys; sys.modules['ensurepip'] = None; import runpy; "
    code = f"{hidden}sys.argv[:] = ['x', {str(tmp_path / 'env')!r}]; "
    code += f"runpy.run_path({str(ROOT / 'scripts' / 'environment.py')!r}, run_name='__main__')"
    env = {"PATH": "/usr/bin:/bin", "PIP_INDEX_URL": "http://127.0.0.1:1/simple"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("This Python has no ensurepip, and pip could not be downloaded: ")
    assert done.stderr.count("\n") == 1
