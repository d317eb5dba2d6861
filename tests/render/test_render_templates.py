"""Templates of the user's: they replace ours, run in a sandbox, and fail with one clear error."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jinja2
import pytest
from generate_kit import build, run
from jinja2.sandbox import ImmutableSandboxedEnvironment

from signalgen.errors import UsageError
from signalgen.generating import Options, generate
from signalgen.index import read_project
from signalgen.packaged import template_folder
from signalgen.render import render_app
from signalgen.render.environment import compile_templates, make_environment
from signalgen.spec import read_spec
from signalgen.values.plan import AppPlan, CustomSignal, Support

EXAMPLES = Path(__file__).resolve().parents[2]
SPEC = "handlers: [{name: a, model: Order, signal: post_save, body: cache.clear()}]\nsignals: [{name: paid}]\n"


def rendered(template, tmp_path, name="signal.py.j2"):
    folder = tmp_path / "templates"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(template)
    item = CustomSignal("shop/signals.py", "paid", "s.yaml", ("Paid.",), ())
    (fragment,) = render_app(AppPlan("shop", "shop", frozenset(), (item,)), str(folder))
    return fragment.text


def problem(template, tmp_path):
    with pytest.raises(UsageError) as caught:
        rendered(template, tmp_path)
    (one,) = caught.value.problems
    assert one.code == "template"
    return one


def test_a_template_of_the_users_replaces_ours(tmp_path):
    assert rendered("{{ r.name }} = OurSignal()\n", tmp_path) == "paid = OurSignal()\n"


def test_other_templates_stay_ours(tmp_path):
    assert rendered("x", tmp_path, "other.py.j2") == "#: Paid.\npaid = Signal()\n"


def test_a_template_can_build_on_ours_and_on_its_filters(tmp_path):
    text = "{% include 'logger.py.j2' %}\n{{ 'a\"b' | string_literal }}\n{{ 'x' | code(1) }}\n"
    assert rendered(text, tmp_path).splitlines() == [
        "paid = logging.getLogger(__name__)",
        "'a\"b'",
        "    x",
    ]


@pytest.mark.parametrize(
    "template",
    [
        "{{ r.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ r.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__.__globals__ }}",
        "{% set x = ''.format %}{{ '{0.__class__.__base__.__subclasses__}'.format('') }}{{ r.__dict__ }}",
        "{% for x in range(10000000000) %}{% endfor %}",
    ],
)
def test_a_template_cannot_leave_the_sandbox(template, tmp_path):
    assert problem(template, tmp_path).message.startswith("template error: ")


def test_the_sandbox_keeps_values_as_they_are(tmp_path):
    assert isinstance(make_environment("x", 88), ImmutableSandboxedEnvironment)
    assert "template error" in problem("{% set x = [1] %}{{ x.append(2) }}", tmp_path).message


@pytest.mark.parametrize(
    ("template", "line", "words"),
    [
        ("a\n{% if %}", 2, "Expected an expression"),
        ("a\n\n{{ nothing }}", 3, "'nothing' is undefined"),
        ("{{ r.nothing }}", 1, "has no attribute 'nothing'"),
        ("a\n{{ 1 / 0 }}", 2, "division by zero"),
        ("{{ 'x' + 1 }}", 1, "can only concatenate str"),
        ("{{ [][0] }}", 1, ""),
        ("{% include 'missing.j2' %}", 1, "missing.j2"),
        ("{% include 'signal.py.j2' %}", 1, "recursion"),
        ("{{ 'x' | nofilter }}", 1, "No filter named 'nofilter'"),
    ],
)
def test_a_broken_template_is_one_error_with_its_place(template, line, words, tmp_path):
    one = problem(template, tmp_path)
    assert one.file == str(tmp_path / "templates" / "signal.py.j2")
    assert one.line == line
    assert words in one.message


def test_a_template_that_is_no_text_is_one_error(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "signal.py.j2").write_bytes(b"\xff\xfe\x00")
    item = CustomSignal("shop/signals.py", "paid", "s.yaml", ("Paid.",), ())
    with pytest.raises(UsageError):
        render_app(AppPlan("shop", "shop", frozenset(), (item,)), str(tmp_path / "templates"))


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UsageError) as caught:
        render_app(AppPlan("shop", "shop", frozenset()), str(tmp_path / "nowhere"))
    assert caught.value.problems[0].file == str(tmp_path / "nowhere")


def test_a_template_that_writes_no_python_stops_the_run(tmp_path):
    root = build(tmp_path / "shop")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "signal.py.j2").write_text("{{ r.name }} = = Signal()\n")
    with pytest.raises(UsageError) as caught:
        run(root, SPEC, options=Options(templates=str(tmp_path / "mine")))
    assert "the signal paid was generated as invalid Python" in caught.value.problems[0].message


def test_support_names_its_own_template():
    item = Support("shop/signals.py", "log", "s.yaml", "logger", ())
    (fragment,) = render_app(AppPlan("shop", "shop", frozenset(), (item,)))
    assert (fragment.kind, fragment.id) == ("support", "support:shop/signals.py:log")
    assert fragment.text == "log = logging.getLogger(__name__)\n"


def compiled_alone(tmp_path, monkeypatch):
    """Let the folder of our templates hold them compiled, as modules, and nothing else."""
    folder = tmp_path / "templates"
    compile_templates(folder)
    monkeypatch.setattr("signalgen.render.environment.template_folder", lambda: folder)


def generated(name, width):
    """Generate an example into its project, in lines of ``width``; nothing is written."""
    project = read_project(EXAMPLES / "tests" / "projects" / name)
    style = replace(project.settings, line_length=width)
    spec = read_spec(
        (EXAMPLES / "specs" / f"{name}.yaml").read_bytes(), file="s.yaml", source="s.yaml"
    )
    return generate([spec], replace(project, settings=style))


@pytest.mark.parametrize("width", [50, 120])
@pytest.mark.parametrize("name", ["orders", "blog"])
def test_compiled_templates_write_what_their_texts_do(tmp_path, monkeypatch, name, width):
    from_texts = generated(name, width)
    compiled_alone(tmp_path, monkeypatch)
    assert generated(name, width) == from_texts


def test_every_template_is_compiled(tmp_path, monkeypatch):
    names = sorted(path.name for path in template_folder().glob("*.j2"))
    compiled_alone(tmp_path, monkeypatch)
    environment = make_environment(None, 60)
    assert [environment.get_template(name).name for name in names] == names


def test_a_compiled_template_of_another_release_is_left_alone(tmp_path, monkeypatch):
    compiled_alone(tmp_path, monkeypatch)
    monkeypatch.setattr("signalgen.render.environment._COMPILED", "compiled_0.0")
    with pytest.raises(jinja2.TemplateNotFound):
        make_environment(None, 88).get_template("signal.py.j2")


def test_templates_of_tests_that_nothing_uses_any_more_are_named_together(tmp_path):
    plan = AppPlan("shop", "shop", frozenset())
    for name in ("test_class", "partial", "receiver_tests", "mute_signals_tests"):
        (tmp_path / f"{name}.py.j2").write_text("pass\n")
    with pytest.raises(UsageError) as caught:
        render_app(plan, str(tmp_path))
    assert [(problem.message, problem.hint) for problem in caught.value.problems] == [
        (
            "nothing uses the template mute_signals_tests.py.j2 any more",
            "it is tests/mute_signals_tests.py.j2 now; move or delete yours",
        ),
        (
            "nothing uses the template receiver_tests.py.j2 any more",
            (
                "tests are put together without it: test_class.py.j2 is the class, tests/ its helpers; "
                "move or delete yours"
            ),
        ),
    ]
    for path in tmp_path.glob("*_tests.py.j2"):
        path.unlink()
    assert render_app(plan, str(tmp_path)) == ()


def test_docstrings_of_helpers_fit_79_columns():
    paths = (Path(__file__).parents[2] / "templates" / "tests").glob("*.j2")
    lines = [line for path in paths for line in path.read_text().split("\n")]
    assert sum('"""' in line for line in lines) > 10
    assert [line for line in lines if line.lstrip().startswith('"""') and len(line) > 79] == []
