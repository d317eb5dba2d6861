"""The run: from specs and a project to the new content of every file.

``generate(...)`` is the entry; its stages are here in order. ``remove(...)`` takes the code out.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from signalgen.errors import SignalgenError, SpecError
from signalgen.formatting import format_fragments
from signalgen.habits import first_party, package_of, style_of
from signalgen.late import dataclass
from signalgen.merge import (
    Policy,
    Whereabouts,
    baseline_of,
    changed_sources,
    combine,
    find_moved,
    fresh,
    in_specs,
    keeps_receivers,
    live_receivers,
    merge_file,
    new_ids,
    partners,
    receivers_there,
    settled_names,
    spare_needed,
    stale_hooks,
    unmerge_file,
)
from signalgen.plan import draft_plans, settle, without
from signalgen.project import file_of, folder_inside, recorded
from signalgen.render import render_app
from signalgen.roomy import roomy
from signalgen.testplan import plan_tests
from signalgen.values.change import Baseline, Merged, Result, joined
from signalgen.values.fragment import CONFIG_ID
from signalgen.whatnext import command_for_tests, last_steps, steps_after_removal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from signalgen.errors import Problem
    from signalgen.gate import Objections
    from signalgen.values.change import ByHand, Fresh
    from signalgen.values.fragment import Fragment
    from signalgen.values.plan import AppPlan, Plan
    from signalgen.values.project import Project
    from signalgen.values.spec import Spec
    from signalgen.values.textcache import TextCache


_ELSEWHERE = "put the folder into the project, or name it with --templates DIR"


@dataclass(frozen=True, slots=True)
class Options:
    """The caller's options for a run.

    ``target_django`` overrides the version in the project's files.
    """

    conflict: Literal["stop", "keep", "theirs", "markers"] = "stop"
    restore: frozenset[str] = frozenset()
    adopt: bool = False
    templates: str | None = None
    target_django: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """What all stages of a run share; ``known`` says what earlier runs generated, by app."""

    project: Project
    options: Options
    cache: TextCache | None
    known: Mapping[str, Whereabouts]


@roomy
def generate(
    specs: Sequence[Spec],
    project: Project,
    options: Options | None = None,
    cache: TextCache | None = None,
    told: Sequence[Problem] = (),
) -> Result:
    """Return what ``specs`` change in ``project``; only ``cache`` is written to.

    ``cache`` keeps results of the formatter. ``told`` are the problems of the specs' texts;
    ``specs`` then hold what could be read. Raises SpecError with every problem if a spec does not
    fit the project or ``check`` finds an error in its code, and UnsafeError if a file of the
    project cannot be changed safely.
    """
    sound = without(specs, told) if told else tuple(specs)
    options = options or Options()
    sources = frozenset(spec.source for spec in sound)
    known = {
        name: find_moved(
            project, _baseline(project, name, sources), partial(file_of, project), options.restore
        )
        for name in sorted(_app_names(sound, project))
    }
    run = _Run(project, options, cache, known)
    run, plan = _recognised(run, sound, _plan(run, sound))
    wrong = _wrong(plan)
    if told or wrong:
        raise SpecError(sorted({*told, *plan.problems, *_of_the_rest(run, sound, plan)}))
    results, written = _carried_out(run, specs, plan)
    if settled := settled_names(plan, run.known, results):
        # Who wins a clash over a name is known only now, and the tests bear that name.
        plan = _plan(run, sound, settled)
        results, written = _carried_out(run, specs, plan)
    command = command_for_tests(project, plan)
    plan = replace(plan, apps=())  # The gate needs memory, and all of the plan is text by now.
    problems = sorted({*plan.problems, *(item for result in results for item in result.problems)})
    objections = _at_the_gate(run, specs, results, written, plan)
    if objections is not None and objections.problems:
        raise SpecError(sorted({*problems, *objections.problems}))
    notes = [*plan.notes, *_said(project, results, problems)]
    if objections is not None and not problems and not any(result.clashes for result in results):
        # Advice about code that is not written now would only distract.
        notes += objections.notes
    made = joined(project.root, results, problems, notes)
    return replace(made, next_steps=(*plan.next_steps, *last_steps(made, command)))


def _said(
    project: Project, results: Sequence[Result], problems: Sequence[Problem]
) -> tuple[Problem, ...]:
    # For a file that the run refuses, the note that it was read only in part is dropped.
    refused = {problem.file for problem in problems if problem.code == "syntax-error"}
    unread = {note for note in project.unread if note.file not in refused}
    # Reading and merging find the same place with different parsers: only one reports it.
    read = {note.file for note in project.unread}
    merged = (note for result in results for note in result.notes)
    return tuple(
        sorted({*unread, *(n for n in merged if n.code != "syntax" or n.file not in read)})
    )


def _of_the_rest(run: _Run, specs: Sequence[Spec], plan: Plan) -> Iterable[Problem]:
    # The parts of ``specs`` without planning problems are merged and checked as well, so that the
    # user sees all problems at once; nothing is written. Planning problems of these parts alone are
    # ignored: they only follow from missing parts.
    while wrong := _wrong(plan):
        specs = without(specs, wrong)
        plan = _plan(run, specs)
    try:
        results, written = _carried_out(run, specs, plan)
        objections = _at_the_gate(run, specs, results, written, plan)
    except SignalgenError as error:
        return error.problems
    said = objections.problems if objections is not None else ()
    return [*plan.problems, *(item for result in results for item in result.problems), *said]


def _wrong(plan: Plan) -> list[Problem]:
    # A hook may be written by hand, so its problems do not stop a plan.
    return [problem for problem in plan.problems if problem.code != "ready-hook"]


def _plan(
    run: _Run, specs: Sequence[Spec], settled: Mapping[str, Mapping[str, str]] | None = None
) -> Plan:
    baselines = {name: found.baseline for name, found in run.known.items()}
    by_hand = {name: found.by_hand for name, found in run.known.items()}
    for name, names in (settled or {}).items():
        by_hand[name] = replace(by_hand[name], settled=names)
    return make_plan(specs, run.project, baselines, run.options.target_django, by_hand)


def _recognised(run: _Run, specs: Sequence[Spec], plan: Plan) -> tuple[_Run, Plan]:
    """Return the run and its plan, with handlers that the specs have renamed recognised."""
    renamed = {
        app.app: ids
        for app in plan.apps
        if app.app in run.known
        and (ids := new_ids(app, run.known[app.app].baseline, partial(_rendered, app, run)))
    }
    if not renamed:
        return run, plan
    known = {k: at.renamed(renamed[k]) if k in renamed else at for k, at in run.known.items()}
    run = replace(run, known=known)
    return run, _plan(run, specs)


def _rendered(plan: AppPlan, run: _Run, known: Whereabouts | None = None) -> tuple[Fragment, ...]:
    project, style = run.project, style_of(run.project)
    templates = templates_of(project, run.options)
    made = render_app(plan, templates, style.line_length, project.root)
    entries = known.baseline.entries if known is not None else {}
    last = {key: entry.text for key, entry in entries.items()}
    return format_fragments(made, style, run.cache, project.python_version, last)


def _carried_out(
    run: _Run, specs: Sequence[Spec], plan: Plan
) -> tuple[tuple[Result, ...], tuple[Fresh, ...]]:
    results: list[Result] = []
    written: list[Fresh] = []
    for app in plan.apps:
        there = run.known.get(app.app, Whereabouts(Baseline(app.app)))
        fragments, merged = _generate_app(app, run, there)
        read = partial(file_of, run.project)
        made = combine(run.project.root, there.baseline, merged, read)
        results.append(in_specs(made, app.marks, specs))
        written += fresh(fragments, merged, there.baseline)
    return tuple(results), tuple(written)


def make_plan(
    specs: Sequence[Spec],
    project: Project,
    baselines: Mapping[str, Baseline],
    target_django: tuple[int, int] | None = None,
    by_hand: Mapping[str, ByHand] | None = None,
) -> Plan:
    """Return what ``specs`` ask for in ``project``, tests included.

    ``baselines`` say what earlier runs generated, ``by_hand`` how people changed it, by app.
    """
    drafts = draft_plans(specs, project, baselines, by_hand or {}, target_django=target_django)
    return settle(drafts, plan_tests(drafts))


def _at_the_gate(
    run: _Run,
    specs: Sequence[Spec],
    results: Sequence[Result],
    written: Sequence[Fresh],
    plan: Plan,
) -> Objections | None:
    # A run that writes no symbols does not load the analyser. Code that is refused or clashes stays
    # as it is on disk; a refused hook has been reported by then.
    if not written:
        return None
    from signalgen.gate import examine

    changes = [change for result in results for change in result.changed]
    refused = plan.problems or any(result.problems or result.clashes for result in results)
    clashing = any(result.clashes for result in results)
    return examine(
        specs, run.project, changes, written, plan.django, whole=not refused, clashing=clashing
    )


def _baseline(project: Project, app: str, sources: frozenset[str]) -> Baseline:
    return baseline_of(project, app, sources, partial(file_of, project), partial(recorded, project))


def _app_names(specs: Sequence[Spec], project: Project) -> set[str]:
    return {app.name if (app := project.app(spec.app.text)) else spec.app.text for spec in specs}


def _generate_app(
    plan: AppPlan, run: _Run, known: Whereabouts
) -> tuple[tuple[Fragment, ...], list[Merged]]:
    project, options = run.project, run.options
    style = style_of(project)
    fragments = _rendered(plan, run, known)
    changed = changed_sources(fragments, known.baseline)
    asked = {fragment.id: fragment.text for fragment in fragments}
    read = partial(file_of, project)
    kept = partners(project, known.baseline, plan.sources, asked, read, options.conflict)
    there = receivers_there(plan, project)
    policy = Policy(options.conflict, options.restore, options.adopt, there, changed, kept)
    merged: list[Merged] = []
    for path in paths_of(plan, fragments, known):
        before = read(path)
        live = live_receivers(known.baseline, merged)
        hooks = [hook for hook in plan.hooks if hook.path == path and hook.loads in live]
        # An AppConfig is made for its hooks alone.
        needless = CONFIG_ID if not hooks and CONFIG_ID not in known.baseline.entries else ""
        own = [f for f in fragments if f.path == path and f.id != needless]
        if before is None and not own and not hooks:
            if any(file.path == path for file in plan.files):
                merged.append(Merged(path, None, b""))
            continue
        header = next((file.header for file in plan.files if file.path == path), "")
        merged.append(
            merge_file(
                path,
                before,
                header=header,
                fragments=own,
                hooks=hooks,
                baseline=known.of_file(path),
                style=style,
                sources=plan.sources,
                first_party=first_party(project, plan.app),
                package=package_of(project, path, plan.app),
                policy=policy,
                stale=stale_hooks(project, known.baseline, path, live),
            )
        )
    wanted = [file.path for file in plan.files]
    return fragments, spare_needed(project, merged, wanted, read)


def templates_of(project: Project, options: Options) -> str | None:
    """Return the folder of the user's templates.

    A path in the settings is relative to the project and must stay inside it: raises UsageError
    otherwise. An option may name any folder.
    """
    setting = project.settings.templates
    if options.templates or not setting:
        return options.templates
    return str(folder_inside(Path(project.root), setting, "templates", _ELSEWHERE))


def paths_of(plan: AppPlan, fragments: Sequence[Fragment], known: Whereabouts) -> list[str]:
    """Return every file to look at: from the plan, and from earlier runs of the specs.

    AppConfigs come last: whether ``ready()`` must load a module is known once the module is merged.
    """
    paths = [file.path for file in plan.files]
    paths += [fragment.path for fragment in fragments]
    entries = [*known.baseline.entries.values(), *known.left.values()]
    paths += [entry.path for entry in entries if entry.source in plan.sources]
    hooked = {hook.path for hook in plan.hooks} | {
        entry.path for entry in entries if entry.kind == "hook"
    }
    first = [path for path in dict.fromkeys(paths) if path not in hooked]
    return [*first, *sorted(hooked)]


@roomy
def remove(specs: Sequence[Spec], project: Project, *, keep_edited: bool = False) -> Result:
    """Return what removing the code of ``specs`` from ``project`` would change; nothing is written.

    The files return to their earlier bytes. Code that was edited since is a problem, unless
    ``keep_edited`` leaves it in place.
    """
    sources: dict[str, set[str]] = {}
    for spec in specs:
        app = project.app(spec.app.text)
        sources.setdefault(app.name if app else spec.app.text, set()).add(spec.source)
    results = [
        _remove_from(project, app, frozenset(own), keep_edited=keep_edited)
        for app, own in sources.items()
    ]
    made = Result(
        project.root,
        tuple(change for result in results for change in result.files),
        problems=tuple(problem for result in results for problem in result.problems),
        notes=_said(project, results, ()),
    )
    return replace(made, next_steps=tuple(steps_after_removal(made)))


def _remove_from(
    project: Project, app: str, sources: frozenset[str], *, keep_edited: bool
) -> Result:
    read = partial(file_of, project)
    known = find_moved(project, _baseline(project, app, sources), read)
    kept = partners(project, known.baseline, sources, {}, read)
    merged: list[Merged] = []
    for path in _removable(known, sources):
        before = read(path)
        if before is None:
            merged.append(Merged(path, None, None))
            continue
        merged.append(
            unmerge_file(
                path,
                before,
                baseline=known.of_file(path),
                sources=sources,
                keep_edited=keep_edited,
                style=style_of(project),
                first_party=first_party(project, app),
                package=package_of(project, path, app),
                keep_hooks=keeps_receivers(known.baseline, merged),
                spared=kept,
            )
        )
    return combine(project.root, known.baseline, merged, read)


def _removable(known: Whereabouts, sources: frozenset[str]) -> list[str]:
    # AppConfigs come last, as in ``paths_of``.
    entries = [*known.baseline.entries.values(), *known.left.values()]
    hooked = {entry.path for entry in entries if entry.kind == "hook"}
    paths = dict.fromkeys(entry.path for entry in entries if entry.source in sources)
    return sorted(paths, key=lambda path: path in hooked)
