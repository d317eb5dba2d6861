"""Settings that name a place: they count from the project, wherever a run is started."""

from __future__ import annotations

import pytest
from generate_kit import build, run

from signalgen.errors import UsageError
from signalgen.generating import Options

SPEC = "signals: [{name: paid, args: {n: int}}]\n"
FILES = {
    "pyproject.toml": '[tool.signalgen]\ntemplates = "config/templates"\n',
    "config/templates/signal.py.j2": "{{ r.name }} = Signal()  # of the project\n",
}


def test_templates_of_the_settings_count_from_the_project(tmp_path, monkeypatch):
    root = build(tmp_path / "project", FILES)
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "config/templates").mkdir(parents=True)
    (elsewhere / "config/templates/signal.py.j2").write_text(
        "{{ r.name }} = Signal()  # of elsewhere\n"
    )
    monkeypatch.chdir(elsewhere)
    assert "# of the project" in run(root, SPEC).text("shop/signals.py")


def test_the_option_wins_and_counts_from_where_the_run_is_started(tmp_path, monkeypatch):
    root = build(tmp_path / "project", FILES)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/signal.py.j2").write_text("{{ r.name }} = Signal()  # mine\n")
    monkeypatch.chdir(tmp_path)
    assert "# mine" in run(root, SPEC, options=Options(templates="mine")).text("shop/signals.py")


def test_a_folder_that_is_not_there(tmp_path):
    root = build(tmp_path, {"pyproject.toml": FILES["pyproject.toml"]})
    with pytest.raises(UsageError) as caught:
        run(root, SPEC)
    assert caught.value.problems[0].file == str(tmp_path / "config/templates")
