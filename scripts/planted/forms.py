"""The forms that cases take: each draws a spec over one model, right as it stands, with the place of one name open."""

# ruff: noqa: D103  # a form is what its name and its text say

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from draw import SHORTEST, SLOT, Slot, UnfitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from draw import Drawer, Form


def body(model: dict[str, Any], *lines: str, key: str = "on_create") -> str:
    """Return a handler of ``model`` with a body, after a line that is right."""
    text = "".join(f"      {line}\n" for line in ('logger.info("%s", instance.pk)', *lines))
    return (
        f"  - name: on_{model['name'].lower()}_saved\n    signal: post_save\n"
        f"    model: {model['name']}\n    {key}: |\n{text}"
    )


def read(d: Drawer, m: dict[str, Any]) -> Slot:
    name = d.rng.choice([n for n in m["names"] if len(n) >= SHORTEST])
    return Slot(body(m, f'logger.info("%s", instance.{SLOT})'), name, m["taken"])


def asked(d: Drawer, m: dict[str, Any]) -> Slot:
    return Slot(
        body(m, f"if instance.{SLOT}:", '    logger.info("yes")'), d.field(m)["name"], m["taken"]
    )


def guard(d: Drawer, m: dict[str, Any]) -> Slot:
    head, _, rest = body(m).partition("    on_create")
    return Slot(
        f"{head}    when: instance.{SLOT}\n    on_create{rest}", d.field(m)["name"], m["taken"]
    )


def shown(d: Drawer, m: dict[str, Any]) -> Slot:
    return Slot(body(m, f'logger.info(f"{{instance.{SLOT}}}")'), d.field(m)["name"], m["taken"])


def beyond(d: Drawer, m: dict[str, Any]) -> Slot:
    link = d.field(m, "fk")
    target = d.to(link)
    line = f'logger.info("%s", instance.{link["name"]}.{SLOT})'
    return Slot(body(m, line), d.field(target)["name"], target["taken"])


def link_read(d: Drawer, m: dict[str, Any]) -> Slot:
    link = d.field(m, "fk")
    target = d.to(link)
    line = f'logger.info("%s", instance.{SLOT}.{d.field(target)["name"]})'
    return Slot(body(m, line), link["name"], m["taken"])


def display(d: Drawer, m: dict[str, Any]) -> Slot:
    name = d.field(m, choices=True)["name"]
    return Slot(body(m, f'logger.info("%s", instance.get_{SLOT}_display())'), name, m["taken"])


def fetched(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    lines = (
        f"for row in {kid['name']}.objects.filter({relation['field']}=instance):",
        f'    logger.info("%s", row.{SLOT})',
    )
    return Slot(body(m, *lines), d.field(kid, "plain")["name"], kid["taken"])


def watched(d: Drawer, m: dict[str, Any]) -> Slot:
    head = body(m).partition("    on_create")[0]
    text = f'{head}    on_change:\n      {SLOT}: logger.info("%s to %s", old, new)\n'
    return Slot(text, d.field(m, "plain")["name"], m["taken"])


def touched(d: Drawer, m: dict[str, Any]) -> Slot:
    head, _, rest = body(m).partition("    on_create")
    text = f"{head}    update_fields: [{SLOT}]\n    on_create{rest}"
    return Slot(text, d.field(m, "plain", "fk")["name"], m["taken"])


def listed(method: str, pattern: str) -> Form:
    """Return a form that names a field in a text that a queryset's method takes."""

    def form(d: Drawer, m: dict[str, Any]) -> Slot:
        kid, relation = d.kid(m)
        wanted = ("plain",) if method in ("defer", "only") else ()
        name = d.field(kid, *wanted)["name"]
        rows = f"{kid['name']}.objects.filter({relation['field']}=instance)"
        line = f'logger.info("%s", list({rows}.{method}({pattern.replace("X", SLOT)})))'
        return Slot(body(m, line), name, kid["taken"])

    form.__name__ = method
    return form


def saved(d: Drawer, m: dict[str, Any]) -> Slot:
    link = d.field(m, "fk")
    target = d.to(link)
    if target is m:
        raise UnfitError
    line = f'instance.{link["name"]}.save(update_fields=["{SLOT}"])'
    return Slot(body(m, line), d.field(target, "plain", "fk")["name"], target["taken"])


def expression(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    name = d.field(kid, "IntegerField", "PositiveIntegerField", "DecimalField", "FloatField")
    rows = f"{kid['name']}.objects.filter({relation['field']}=instance)"
    line = f'{rows}.update({name["name"]}=F("{SLOT}") + 1)'
    return Slot(body(m, line), name["name"], kid["taken"])


def looked_up(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    line = f'logger.info("%s", {kid["name"]}.objects.filter({SLOT}=instance).count())'
    return Slot(body(m, line), relation["field"], kid["taken"])


def through(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    name = d.field(m)["name"]
    line = f"{kid['name']}.objects.exclude({relation['field']}__{SLOT}__isnull=True).count()"
    return Slot(body(m, f'logger.info("%s", {line})'), name, m["taken"])


def lookup(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, _ = d.kid(m)
    name = d.field(kid, "CharField", "TextField", own=True)["name"]
    word = d.rng.choice(["icontains", "startswith", "iexact", "endswith", "regex"])
    line = f'{kid["name"]}.objects.filter({name}__{SLOT}="x").exists()'
    return Slot(body(m, f'logger.info("%s", {line})'), word, ("contains", "year", "search"))


def related(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    if not relation["many"] or not relation["accessor"]:
        raise UnfitError
    line = f"instance.{relation['accessor']}.filter({SLOT}__isnull=False).exists()"
    return Slot(
        body(m, f'logger.info("%s", {line})', key="on_update"), d.field(kid)["name"], kid["taken"]
    )


def either(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    line = f"{kid['name']}.objects.filter(Q({SLOT}__isnull=True) | Q({relation['field']}=instance)).first()"
    return Slot(body(m, f'logger.info("%s", {line})'), d.field(kid)["name"], kid["taken"])


def built(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    name = d.field(kid, "CharField", "TextField")["name"]
    line = f'logger.info("%s", {kid["name"]}({relation["field"]}=instance, {SLOT}="x"))'
    return Slot(body(m, line), name, kid["taken"])


def updated(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    name = d.field(kid, "CharField", "TextField")["name"]
    line = f'{kid["name"]}.objects.filter({relation["field"]}=instance).update({SLOT}="x")'
    return Slot(body(m, line), name, kid["taken"])


def given(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    name = d.field(kid, "CharField", "TextField")["name"]
    start = f"{kid['name']}.objects.get_or_create("
    line = f'{start}{relation["field"]}=instance, defaults={{"{SLOT}": "x"}})'
    return Slot(body(m, line), name, kid["taken"])


def created(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    name = d.field(kid, "CharField", "TextField")["name"]
    line = f'{kid["name"]}.objects.create({relation["field"]}=instance, {SLOT}="x")'
    needed = {item["name"] for item in kid["fields"] if item["needed"]} - {name}
    if needed - {relation["field"]}:
        raise UnfitError
    return Slot(body(m, line), name, kid["taken"])


def recipe(m: dict[str, Any], name: str, **values: str) -> str:
    lines = "".join(f"    {key}: {value}\n" for key, value in values.items())
    return f"recipes:\n  - recipe: {name}\n    model: {m['name']}\n{lines}"


def audited(d: Drawer, m: dict[str, Any]) -> Slot:
    one, two = d.field(m, "plain"), d.field(m, "plain", "fk")
    if one is two:
        raise UnfitError
    text = recipe(m, "audit_log", fields=f"[{one['name']}, {SLOT}]", logger="audit")
    return Slot(text, two["name"], m["taken"])


def changed_in_bulk(d: Drawer, m: dict[str, Any]) -> Slot:
    values = f"{{{SLOT}: '\"x\"'}}"
    text = recipe(m, "bulk_service", action="change_them", set=values)
    return Slot(text, d.field(m, "CharField", "TextField")["name"], m["taken"])


def moved_on(d: Drawer, m: dict[str, Any]) -> Slot:
    text = recipe(m, "status_transition", field=SLOT, allowed="{new: [done]}")
    return Slot(text, d.field(m, "CharField", "TextField")["name"], m["taken"])


def normalized(d: Drawer, m: dict[str, Any]) -> Slot:
    text = recipe(m, "normalize", fields=f"{{{SLOT}: strip}}")
    return Slot(text, d.field(m, "CharField", "TextField")["name"], m["taken"])


def slugged(d: Drawer, m: dict[str, Any]) -> Slot:
    slug = d.field(m, "SlugField")
    text = recipe(m, "slug", target=slug["name"], source=SLOT)
    return Slot(text, d.field(m, "CharField")["name"], m["taken"])


def filled(d: Drawer, m: dict[str, Any]) -> Slot:
    text = recipe(m, "default_from", field=SLOT, expression="str(instance.pk)")
    return Slot(text, d.field(m, "CharField", "TextField")["name"], m["taken"])


def cleaned(d: Drawer, m: dict[str, Any]) -> Slot:
    text = recipe(m, "file_cleanup", fields=f"[{SLOT}]")
    name = d.field(m, "FileField", "ImageField")["name"]
    plain = [f["name"] for f in m["fields"] if f["type"] in ("CharField", "TextField")]
    return Slot(text, name, m["taken"], tuple(plain[:1]))


def dropped(d: Drawer, m: dict[str, Any]) -> Slot:
    text = recipe(m, "cache_invalidate", keys=f'"row:{{instance.{SLOT}}}"')
    return Slot(text, d.field(m, "plain", "fk")["name"], m["taken"])


def number_on(d: Drawer, m: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return a foreign key of ``m``, the model that it leads to and a field that can count there."""
    link = d.field(m, "fk")
    parent = d.to(link)
    if parent not in d.own:
        raise UnfitError
    return link, parent, d.field(parent, "IntegerField", "PositiveIntegerField")["name"]


def counted(d: Drawer, m: dict[str, Any]) -> Slot:
    link, parent, number = number_on(d, m)
    text = recipe(m, "counter", target=parent["name"], field=number, link=SLOT)
    return Slot(text, link["name"], m["taken"])


def counted_elsewhere(d: Drawer, m: dict[str, Any]) -> Slot:
    slot = counted(d, m)
    return Slot(slot.text, slot.name, others=tuple(d.elsewhere(m, slot.name)))


def summed(d: Drawer, m: dict[str, Any]) -> Slot:
    link, parent, number = number_on(d, m)
    total = f"{{{number}: 'Count(\"pk\")'}}"
    text = recipe(m, "update_parent", parent=parent["name"], link=SLOT, set=total)
    return Slot(text, link["name"], m["taken"], tuple(d.elsewhere(m, link["name"])))


def made_for(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    if {f["name"] for f in kid["fields"] if f["needed"]} - {relation["field"]}:
        raise UnfitError
    text = recipe(m, "create_related", related=kid["name"], link=SLOT)
    return Slot(text, relation["field"], kid["taken"])


def made_elsewhere(d: Drawer, m: dict[str, Any]) -> Slot:
    slot = made_for(d, m)
    kid = next(one for one in d.own if f"related: {one['name']}\n" in slot.text)
    return Slot(slot.text, slot.name, others=tuple(d.elsewhere(kid, slot.name)))


def heard(d: Drawer, m: dict[str, Any]) -> Slot:
    return Slot(body(m).replace(f"model: {m['name']}", f"model: {SLOT}"), m["name"], d.model_names)


def asked_for(d: Drawer, m: dict[str, Any]) -> Slot:
    kid, relation = d.kid(m)
    line = f'logger.info("%s", {SLOT}.objects.filter({relation["field"]}=instance).count())'
    return Slot(body(m, line), kid["name"], d.model_names)


def counted_on(d: Drawer, m: dict[str, Any]) -> Slot:
    link, parent, number = number_on(d, m)
    text = recipe(m, "counter", target=SLOT, field=number, link=link["name"])
    return Slot(text, parent["name"], d.model_names)


def made_of(d: Drawer, m: dict[str, Any]) -> Slot:
    slot = made_for(d, m)
    kid = next(one for one in d.own if f"related: {one['name']}\n" in slot.text)
    text = slot.text.replace(SLOT, slot.name)
    return Slot(
        text.replace(f"related: {kid['name']}\n", f"related: {SLOT}\n"), kid["name"], d.model_names
    )


TASKS = "celery_tasks:\n  - name: tell_the_customer\n    args: [pk, reason]\n"


def queued(d: Drawer, m: dict[str, Any]) -> Slot:
    library(d)
    return Slot(
        body(m, f'{SLOT}.delay(instance.pk, "new")'), "tell_the_customer", ("pk",), tasks=TASKS
    )


def enqueued(d: Drawer, m: dict[str, Any]) -> Slot:
    library(d)
    head = body(m).partition("    on_create")[0]
    text = f"{head}    enqueue:\n      - task: {SLOT}\n        on: create\n        args: [instance.pk, '\"x\"']\n"
    return Slot(text, "tell_the_customer", ("pk",), tasks=TASKS)


def queued_keyword(d: Drawer, m: dict[str, Any]) -> Slot:
    library(d)
    line = f'tell_the_customer.delay(instance.pk, {SLOT}="new")'
    return Slot(body(m, line), "reason", ("pk",), tasks=TASKS)


def queued_arguments(d: Drawer, m: dict[str, Any]) -> Slot:
    library(d)
    line = f"tell_the_customer.delay({SLOT})"
    return Slot(
        body(m, line),
        'instance.pk, "new"',
        others=("instance.pk", 'instance.pk, "new", 3', 'instance, "new"'),
        tasks=TASKS,
    )


def library(d: Drawer) -> None:
    """Raise UnfitError in a project whose tasks are not Celery's."""
    if not d.celery:
        raise UnfitError


FORMS: Mapping[str, tuple[Form, ...]] = {
    "attribute": (read, asked, guard, shown, beyond, link_read, display, fetched),
    "field": (
        watched,
        touched,
        listed("values", '"X"'),
        listed("values_list", '"X", flat=True'),
        listed("order_by", '"-X"'),
        listed("only", '"X"'),
        saved,
        expression,
    ),
    "lookup": (looked_up, through, lookup, related, either),
    "keyword": (built, updated, given, created),
    "column": (audited, changed_in_bulk, moved_on, normalized, slugged, filled, cleaned, dropped),
    "link": (counted, counted_elsewhere, summed, made_for, made_elsewhere),
    "model": (heard, asked_for, counted_on, made_of),
    "task": (queued, enqueued, queued_keyword, queued_arguments),
}
"""The forms by the kind of name that is left open in them."""
