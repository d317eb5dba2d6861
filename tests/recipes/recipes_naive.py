"""The code that the usual advice gives: each entry breaks generated receivers, and names the test that must go red."""

from __future__ import annotations

NAIVE: dict[str, tuple[str, str]] = {
    "AuditLogTraps.test_values_are_json_safe": (r"json\.loads\(json\.dumps\(data, default=str\)\)", "data"),
    "AuditLogTraps.test_a_failing_row_leaves_the_change": (
        r"with transaction\.atomic\(using=using\):\n(?=\s+data = )",
        "if True:\n",
    ),
    "NotifyTraps.test_nothing_leaves_before_the_commit": (
        r"transaction\.on_commit\(partial\(announce, instance\.pk\), using=using\)",
        "announce(instance.pk)",
    ),
    "NotifyTraps.test_nothing_leaves_after_a_rollback": (
        r"transaction\.on_commit\(partial\(announce, instance\.pk\), using=using\)",
        "announce(instance.pk)",
    ),
    "NotifyTraps.test_a_deleted_row_is_announced_by_its_key": (
        r"transaction\.on_commit\(partial\(announce, instance\.pk\), using=using\)",
        "transaction.on_commit(lambda: announce(instance.pk), using=using)",
    ),
    "CreateRelatedTraps.test_one_that_is_there_is_kept": (
        r"Profile\.objects\.using\(using\)\.get_or_create\(\s*customer=instance,[^)]*\)",
        'Profile.objects.create(customer=instance, language="en")',
    ),
    "CreateRelatedTraps.test_a_fixture_brings_its_own": (
        r"    if raw:\n        return\n(?=    if created:\n        Profile)",
        "",
    ),
    "NormalizeTraps.test_none_is_left_alone": (r"if instance\.email:", "if True:"),
}
