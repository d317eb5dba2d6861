"""The code that the usual advice gives: each entry breaks generated receivers, and names the tests that must go red."""

from __future__ import annotations

from typing import NamedTuple


class Naive(NamedTuple):
    """A change of the generated code, and the traps that it falls into; ``path`` is the file that has the code.

    ``postgres``: SQLite has one writer at a time, so only PostgreSQL shows it. ``perhaps`` are tests that it breaks by chance.
    """

    pattern: str
    replacement: str
    tests: tuple[str, ...]
    path: str = "shop/signals.py"
    postgres: bool = False
    perhaps: tuple[str, ...] = ()


NAIVE = (
    Naive(
        r"json\.loads\(json\.dumps\(data, default=str\)\)",
        "data",
        ("AuditLogTraps.test_values_are_json_safe",),
        perhaps=("LoadedInPartTraps.test_the_audit_row_of_a_row_that_is_loaded_in_part",),
    ),
    Naive(
        r"with transaction\.atomic\(using=using\):\n(?=\s+data = )",
        "if True:\n",
        ("AuditLogTraps.test_a_failing_row_leaves_the_change",),
    ),
    Naive(
        r"transaction\.on_commit\(partial\(announce, instance\.pk\), using=using\)",
        "announce(instance.pk)",
        (
            "NotifyTraps.test_nothing_leaves_before_the_commit",
            "NotifyTraps.test_nothing_leaves_after_a_rollback",
        ),
    ),
    Naive(
        r"partial\(announce, instance\.pk\)",
        "lambda: announce(instance.pk)",
        ("NotifyTraps.test_a_deleted_row_is_announced_by_its_key",),
    ),
    Naive(
        r"Profile\.objects\.using\(using\)\.get_or_create\(\s*customer=instance,[^)]*\)",
        'Profile.objects.create(customer=instance, language="en")',
        ("CreateRelatedTraps.test_one_that_is_there_is_kept",),
    ),
    Naive(
        r"    if raw:\n        return\n(?=    if created:\n        Profile)",
        "",
        ("CreateRelatedTraps.test_a_fixture_brings_its_own",),
    ),
    Naive(r"if instance\.nickname:", "if True:", ("NormalizeTraps.test_none_is_left_alone",)),
    Naive(
        r"related = (.*)\.get_cached_value\(instance, None\)",
        r"related = \1.get_cached_value(instance) if created else instance.profile",
        (
            "SaveRelatedTraps.test_a_missing_relation_is_skipped",
            "SaveRelatedTraps.test_one_that_was_never_loaded_costs_no_query",
        ),
    ),
    Naive(
        r"stored = \(rows\.values\((?:.*\n)+?( +)related\.save\(using=using, update_fields=changed\)",
        "related.save(using=using)",
        (
            "SaveRelatedStaleTraps.test_a_deleted_one_does_not_come_back",
            "SaveRelatedStaleTraps.test_one_that_was_loaded_long_ago_leaves_newer_data",
        ),
        perhaps=(
            "SaveRelatedStaleTraps.test_a_new_owner_leaves_newer_data",
            "SaveRelatedStaleTraps.test_one_that_has_not_changed_is_not_saved",
            "SaveRelatedStaleTraps.test_one_that_is_loaded_in_part_leaves_the_rest",
            "SaveRelatedStaleTraps.test_one_that_is_saved_by_itself_is_known_by_then",
        ),
    ),
    Naive(
        r"\(rows\.values\(\*changed\)\.first\(\) if changed else None\)",
        "rows.values().first()",
        (
            "SaveRelatedStaleTraps.test_one_that_has_not_changed_is_not_saved",
            "SaveRelatedStaleTraps.test_one_that_is_loaded_in_part_leaves_the_rest",
        ),
        perhaps=(
            "SaveRelatedStaleTraps.test_a_new_owner_leaves_newer_data",
            "SaveRelatedStaleTraps.test_one_that_is_saved_by_itself_is_known_by_then",
            "SaveRelatedStaleTraps.test_one_that_was_loaded_long_ago_leaves_newer_data",
        ),
    ),
    Naive(
        r" and update_fields is None(?= and not created)",
        "",
        ("SaveRelatedStaleTraps.test_other_fields_of_the_owner_leave_pending_changes",),
    ),
    Naive(
        r"if repr\(loaded\[name\]\) != seen\.get\(name\)",
        "if loaded[name] != seen",
        ("SaveRelatedStaleTraps.test_one_that_was_loaded_long_ago_leaves_newer_data",),
        perhaps=(
            "SaveRelatedStaleTraps.test_a_new_owner_leaves_newer_data",
            "SaveRelatedStaleTraps.test_other_fields_of_the_owner_leave_newer_data",
            "SaveRelatedStaleTraps.test_one_that_has_not_changed_is_not_saved",
            "SaveRelatedStaleTraps.test_one_that_is_loaded_in_part_leaves_the_rest",
        ),
    ),
    Naive(
        r"@receiver\(\n    \[post_init, post_save\],",
        "@receiver(\n    [post_init],",
        ("SaveRelatedStaleTraps.test_one_that_is_saved_by_itself_is_known_by_then",),
    ),
    Naive(
        r"if _save_related_customer_running\.get\(\):",
        "if False:",
        ("SaveRelatedTraps.test_saving_the_owner_again_ends",),
    ),
    Naive(
        r"    known = vars\(instance\)\n(?:.*\n)+?            parents\.update\((?:.*\n)+?            \)\n",
        "    instance.order.total += instance.quantity * instance.price\n    instance.order.save()\n",
        (
            "UpdateParentTraps.test_threads_lose_nothing",
            "UpdateParentTraps.test_the_last_row_leaves_zero",
            "UpdateParentMoveTraps.test_a_row_that_moves_leaves_its_old_total_right",
            "UpdateParentMoveTraps.test_a_row_that_is_loaded_in_part_counts_no_longer",
        ),
        perhaps=(
            "UpdateParentMoveTraps.test_a_move_that_is_not_saved_changes_nothing",
            "UpdateParentMoveTraps.test_many_rows_go_at_once",
            "UpdateParentMoveTraps.test_rows_that_move_to_and_fro_in_threads_leave_right_totals",
            "LockTraps.test_a_row_that_two_move_leaves_right_totals",
            "LockTraps.test_two_who_add_to_one_row_wait_for_one_another",
        ),
    ),
    Naive(
        r"if list\(parents\.select_for_update\(\)\.order_by\(\"pk\"\)\.values_list\(\"pk\"\)\):",
        "if parents.exists():",
        ("UpdateParentTraps.test_a_commit_between_reading_and_writing_is_counted",),
        postgres=True,
        perhaps=(
            "UpdateParentTraps.test_threads_lose_nothing",
            "UpdateParentMoveTraps.test_rows_that_move_to_and_fro_in_threads_leave_right_totals",
            "LockTraps.test_a_row_that_two_move_leaves_right_totals",
            "LockTraps.test_two_who_add_to_one_row_wait_for_one_another",
        ),
    ),
    Naive(
        r"known\.pop\(\"_update_parent_item_before\", None\)",
        "None",
        (
            "UpdateParentMoveTraps.test_a_row_that_moves_leaves_its_old_total_right",
            "UpdateParentMoveTraps.test_a_move_that_is_not_saved_changes_nothing",
            "UpdateParentMoveTraps.test_a_row_that_is_loaded_in_part_counts_no_longer",
            "UpdateParentMoveTraps.test_many_rows_go_at_once",
        ),
        perhaps=(
            "UpdateParentMoveTraps.test_rows_that_move_to_and_fro_in_threads_leave_right_totals",
            "LockTraps.test_a_row_that_two_move_leaves_right_totals",
            "LockTraps.test_two_who_add_to_one_row_wait_for_one_another",
        ),
    ),
    Naive(
        r"Article\._base_manager\.using\(using\)\.filter\(pk=instance\.article_id\)\.update\(\n.*\n +\)",
        "instance.article.comment_count += 1\n        instance.article.save()",
        ("CounterTraps.test_threads_lose_nothing",),
        perhaps=(
            "LockTraps.test_a_row_that_two_move_is_counted_once",
            "LockTraps.test_two_who_add_to_one_row_wait_for_one_another",
        ),
    ),
    Naive(
        r"elif old != instance\.article_id and \(",
        "elif False and (",
        ("CounterMoveTraps.test_a_row_that_moves_is_counted_where_it_goes",),
        perhaps=("LockTraps.test_a_row_that_two_move_is_counted_once",),
    ),
    Naive(
        r"(key|old) = stored\.values_list\(\"article_id\", flat=True\)\.first\(\)",
        r"\1 = instance.article_id",
        (
            "CounterMoveTraps.test_a_row_that_is_deleted_twice_is_counted_down_once",
            "CounterMoveTraps.test_a_move_that_is_not_saved_counts_nothing",
        ),
        perhaps=(
            "CounterMoveTraps.test_two_threads_that_delete_one_row_count_it_down_once",
            "LockTraps.test_a_row_that_two_move_is_counted_once",
        ),
    ),
    Naive(
        r"(filter\(pk=instance\.pk\))\s*\.select_for_update\(\)",
        r"\1",
        ("CounterMoveTraps.test_two_threads_that_delete_one_row_count_it_down_once",),
        postgres=True,
    ),
    Naive(r", comment_count__gt=0", "", ("CounterTraps.test_it_never_falls_below_zero",)),
    Naive(
        r"    if raw:\n        return\n(?=    old = vars\(instance\)\.pop\(\"_counter)",
        "",
        ("CounterTraps.test_a_fixture_brings_its_own_count",),
    ),
    Naive(
        r"rows = sender\._base_manager\.using\(using\)\.filter\(slug__startswith=base\)(?:.*\n)+?        \)\n",
        "instance.slug, number = base, 1\n"
        "        while sender._base_manager.filter(slug=instance.slug).exists():\n"
        "            number += 1\n"
        "            instance.slug = f'{base}-{number}'\n",
        ("SlugTraps.test_one_query_however_many_are_taken",),
        perhaps=(
            "SlugTraps.test_numbers_start_anew_on_each_site",
            "SlugTraps.test_letters_of_other_scripts_stay_where_the_field_takes_them",
        ),
    ),
    Naive(
        r"max_length or 50\) - 6",
        "max_length or 50)",
        ("SlugTraps.test_the_number_fits_into_the_field",),
    ),
    Naive(
        r'\[:longest\] or "article"',
        "[:longest]",
        ("SlugTraps.test_a_title_without_letters_has_a_slug_too",),
    ),
    Naive(
        r"ValidationError\(\{\"price\": (.*?)\}\)",
        r"ValidationError(\1)",
        ("ValidateTraps.test_the_error_belongs_to_the_field",),
    ),
    Naive(
        r"    bulk_create\(\), bulk_update\(\) and update\(\) send no signal and are not checked\.\n",
        "",
        ("ValidateTraps.test_the_docstring_names_what_passes_by",),
    ),
    Naive(
        r"@receiver\(post_save, (sender=Product, dispatch_uid=\"shop\.default_from_product\"\)"
        r"\ndef default_from_product\(sender, instance, )created, (raw, using, \*\*kwargs\):\n(?:.*\n)+?    if )created and "
        r"(?=instance\.sku)",
        r"@receiver(pre_save, \1\2",
        ("DefaultFromTraps.test_an_expression_with_the_primary_key_waits_for_it",),
    ),
    Naive(
        r"rows\.values\(\*fields\)",
        "rows.values()",
        ("TrackChangesTraps.test_one_small_query_more",),
    ),
    Naive(
        r"( +)if update_fields is None\n +or not update_fields\.isdisjoint\(\n?.*attname.*\n?.*\)\n",
        r"\1if True\n",
        ("TrackChangesTraps.test_what_is_not_saved_has_not_changed",),
    ),
    Naive(
        r"vars\(instance\)\.pop\(\"_track_changes_product_before\", {}\)",
        'vars(instance).get("_track_changes_product_before", {})',
        ("TrackChangesTraps.test_nothing_stays_on_the_row",),
    ),
    Naive(
        r"if new != old and new not in allowed\.get\(old, \(\)\):",
        "if False:",
        ("StatusTransitionTraps.test_what_is_not_allowed_is_refused",),
    ),
    Naive(
        r"sender\._base_manager\.using\(using\)\.filter\(pk=instance\.pk\)\.update\(\n"
        r" +status_changed_at=instance\.status_changed_at\n +\)\n",
        "pass\n",
        ("StatusTransitionTraps.test_the_timestamp_is_stored_under_update_fields",),
    ),
    Naive(
        r"transaction\.on_commit\(\n +partial\(announce_status\.delay, (.*)\), using=using\n +\)",
        r"announce_status.delay(\1)",
        ("StatusTransitionTraps.test_the_message_waits_for_the_commit",),
    ),
    Naive(
        r"transaction\.on_commit\(partial\(cache\.delete_many, keys\), using=using\)",
        "cache.delete_many(keys)",
        (
            "CacheInvalidateTraps.test_keys_go_after_the_commit",
            "CacheInvalidateTraps.test_a_rollback_keeps_them",
        ),
    ),
    Naive(
        r"keys = \[f\"article:\{instance\.pk\}\", \"article_list\"\]\n    transaction\.on_commit\(.*\)",
        'transaction.on_commit(lambda: cache.delete_many([f"article:{instance.pk}", "article_list"]))',
        ("CacheInvalidateTraps.test_a_deleted_row_is_dropped_by_its_key",),
    ),
    Naive(
        r"rows = \(\n +model\._base_manager\.using\(using\)\.filter\(.*\)\n +if reverse\n +else \[instance\]\n +\)",
        "rows = [instance]",
        ("CacheInvalidateTraps.test_relations_drop_it_from_either_side",),
    ),
    Naive(
        r"storage = instance\.file\.storage\n(?=.*\n.* storage, file, using\))",
        "import os\n        storage = type('Disk', (), {'delete': os.remove, 'exists': os.path.exists})\n",
        ("FileCleanupTraps.test_the_storage_deletes_with_the_row",),
        perhaps=(
            "FileCleanupTraps.test_a_file_of_another_row_is_kept",
            "FileCleanupTraps.test_the_storage_deletes_what_is_replaced",
            "FileTakeoverTraps.test_a_file_that_two_rows_share_goes_with_the_last",
            "FileTakeoverTraps.test_the_file_of_a_row_that_is_loaded_in_part_goes",
        ),
    ),
    Naive(
        r"transaction\.on_commit\(\n( +)partial\(_file_cleanup_document_unused, sender, storage, file, using\),\n"
        r" +using=using,\n +\)",
        "storage.delete(file)",
        ("FileCleanupTraps.test_a_rollback_keeps_the_file",),
        perhaps=(
            "FileCleanupTraps.test_a_file_of_another_row_is_kept",
            "FileTakeoverTraps.test_a_file_that_a_new_row_takes_over_is_kept",
        ),
    ),
    Naive(
        r"transaction\.on_commit\(\n +partial\(_file_cleanup_document_unused, sender, storage, old, using\),\n"
        r" +using=using,\n +\)",
        "pass",
        ("FileCleanupTraps.test_the_storage_deletes_what_is_replaced",),
    ),
    Naive(
        r" and cover != instance\.cover\.field\.get_default\(\)",
        "",
        ("FileCleanupTraps.test_the_default_is_kept",),
    ),
    Naive(
        r"if name in names or \(names and storage\.exists\(name\.swapcase\(\)\)\):",
        "if False:",
        (
            "FileCleanupTraps.test_a_file_of_another_row_is_kept",
            "FileTakeoverTraps.test_a_file_of_another_model_is_kept",
            "FileTakeoverTraps.test_a_file_that_a_new_row_takes_over_is_kept",
            "FileTakeoverTraps.test_a_storage_may_take_one_name_for_another",
        ),
        perhaps=(
            "FileTakeoverTraps.test_two_rows_swap_their_files",
            "FileTakeoverTraps.test_a_file_that_moves_to_another_column_is_kept",
            "FileTakeoverTraps.test_two_columns_swap_their_files",
        ),
    ),
    Naive(
        r" or \(names and storage\.exists\(name\.swapcase\(\)\)\):",
        ":",
        ("FileTakeoverTraps.test_a_storage_may_take_one_name_for_another",),
    ),
    Naive(
        r"vars\(instance\)\.pop\(\"_cache_invalidate_player_key\", None\)",
        "None",
        ("CachedThroughTraps.test_both_rows_lose_what_is_cached",),
    ),
    Naive(
        r"if value != old and repr\(value\) != repr\(old\):\n(?= +NoteChange)",
        "if value != old:\n",
        ("TrackChangesTraps.test_not_a_number_is_no_change",),
    ),
    Naive(
        r"if hasattr\(field, \"encoder\"\):",
        "if False:",
        ("TrackChangesTraps.test_a_tuple_in_json_is_no_change",),
    ),
    Naive(
        r"name in names or \(names and storage\.exists\(name\.swapcase\(\)\)\)",
        "names",
        ("FileTakeoverTraps.test_a_file_whose_name_differs_in_case_is_another_file",),
    ),
    Naive(
        r'text if room is None or len\(text\) <= room else f"\{text\[: room - 1\]\}…"',
        "text",
        ("TrackChangesTraps.test_a_value_that_does_not_fit_leaves_the_change",),
    ),
    Naive(
        r"@receiver\(pre_delete, (sender=Document)",
        r"@receiver(post_delete, \1",
        ("FileTakeoverTraps.test_the_file_of_a_row_that_is_loaded_in_part_goes",),
    ),
    Naive(
        r"(rows\.filter\(pk__in=)\[instance\.pk\] if reverse else pk_set",
        r"\1pk_set",
        (
            "M2mCounterTraps.test_the_reverse_side_counts_on_itself",
            "M2mCounterRaceTraps.test_articles_that_go_at_once_count_no_longer",
            "M2mCounterRaceTraps.test_set_counts_what_is_there",
        ),
        perhaps=(
            "M2mCounterTraps.test_every_operation_leaves_what_is_there",
            "ThroughTraps.test_a_side_that_is_deleted_leaves_right_counts",
            "ThroughTraps.test_what_the_relation_does_is_counted_too",
            "ThroughTraps.test_a_row_that_is_made_by_itself_is_refused",
        ),
    ),
    Naive(
        r"rows\.update\(article_count=.*\)",
        'rows.update(article_count=F("article_count") + 1)',
        (
            "M2mCounterTraps.test_removing_counts_what_was_there",
            "M2mCounterTraps.test_clear_sends_no_keys",
            "M2mCounterTraps.test_the_reverse_side_counts_on_itself",
            "M2mCounterTraps.test_a_deleted_row_counts_no_longer",
            "M2mCounterRaceTraps.test_a_count_that_is_wrong_is_right_after_the_next_change",
            "M2mCounterRaceTraps.test_articles_that_go_at_once_count_no_longer",
            "M2mCounterRaceTraps.test_set_counts_what_is_there",
        ),
        perhaps=(
            "M2mCounterTraps.test_every_operation_leaves_what_is_there",
            "M2mCounterTraps.test_adding_counts_what_is_new",
            "M2mCounterRaceTraps.test_a_count_that_is_wrong_keeps_no_row_from_being_deleted",
            "M2mCounterRaceTraps.test_a_pair_that_two_threads_add_counts_once",
            "LockTraps.test_two_who_add_to_one_row_wait_for_one_another",
            "LockTraps.test_what_is_added_beside_a_clear_is_counted",
        ),
    ),
    Naive(
        r"rows = _m2m_counter_article_locked\(counted\)",
        "rows = counted",
        ("M2mCounterRaceTraps.test_a_commit_between_parting_and_counting_is_counted",),
        postgres=True,
        perhaps=(
            "M2mCounterTraps.test_every_operation_leaves_what_is_there",
            "M2mCounterRaceTraps.test_a_pair_that_two_threads_add_counts_once",
        ),
    ),
    Naive(
        r"(\[\"_m2m_counter_article_keys\"\] = )_m2m_counter_article_joined\(\s*instance, using\s*\)",
        r"\1[]",
        (
            "M2mCounterTraps.test_a_deleted_row_counts_no_longer",
            "M2mCounterRaceTraps.test_articles_that_go_at_once_count_no_longer",
        ),
        perhaps=("M2mCounterTraps.test_every_operation_leaves_what_is_there",),
    ),
    Naive(
        r"if rows\.exclude\(Q\(is_open=True\)\)\.exists\(\):",
        "if not all(added._base_manager.get(pk=row.pk).is_open for row in rows):",
        ("M2mGuardTraps.test_one_query_looks_at_all",),
        perhaps=(
            "ThroughTraps.test_a_side_that_is_deleted_leaves_right_counts",
            "ThroughTraps.test_what_the_relation_does_is_counted_too",
            "ThroughTraps.test_a_row_that_is_made_by_itself_is_refused",
        ),
    ),
    Naive(
        r"(using\)\.filter\(\s+pk__in=)\[instance\.pk\] if reverse else pk_set",
        r"\1pk_set",
        ("M2mGuardTraps.test_a_closed_one_is_refused_from_either_side",),
    ),
    Naive(
        r"partial\(unindex_article, instance\.pk\)",
        "lambda: unindex_article(instance.pk)",
        ("SearchIndexTraps.test_a_deleted_row_is_removed_by_its_key",),
    ),
    Naive(
        r"transaction\.on_commit\(partial\(index_article, instance\.pk\), using=using\)",
        "index_article(instance.pk)",
        ("SearchIndexTraps.test_a_rollback_indexes_nothing",),
    ),
    Naive(
        r"    if update_fields is not None and update_fields\.isdisjoint\(\{\"title\", \"text\"\}\):\n        return\n",
        "",
        ("SearchIndexTraps.test_other_fields_are_no_news",),
    ),
    Naive(
        r"(\"a login from %s failed\", )address",
        r"\1credentials",
        ("LoginAuditTraps.test_nothing_typed_is_recorded",),
    ),
    Naive(
        r"meta\.get\(\"HTTP_X_FORWARDED_FOR\", \"\"\)\.split\(\",\"\)\[-1:\]\[0\]\.strip\(\)",
        'request.META["REMOTE_ADDR"] if request else ""',
        ("LoginAuditTraps.test_the_address_behind_a_proxy",),
        perhaps=("LoginAuditTraps.test_an_address_loses_its_port_and_what_is_none_is_left_out",),
    ),
    Naive(
        r"user\.pk if user else None",
        "user.pk",
        ("LoginAuditTraps.test_user_and_request_may_be_missing",),
    ),
    Naive(
        r"_request_timing_started\[key\] = time\.monotonic\(\)((?:.*\n)+?)    started = .*\n",
        r"_usual.started = time.monotonic()\1    started = getattr(_usual, 'started', None)\n",
        ("RequestTimingTraps.test_a_request_of_asgi_is_timed",),
    ),
    Naive(
        r"    try:\n        (key = .*)\n    except Exception:\n        key = None.*\n",
        r"    \1\n",
        ("ExceptionLogTraps.test_a_user_who_cannot_be_loaded_takes_no_error_page_with_it",),
    ),
    Naive(
        r"getattr\(request, \"path\", None\)",
        "request.path",
        ("ExceptionLogTraps.test_a_request_may_miss_its_parts",),
    ),
    Naive(
        r'    if sender\.name != "shop":\n        return\n',
        "",
        (
            "PostMigrateDataTraps.test_one_call_for_one_app",
            "PostMigrateDataTraps.test_flush_sends_fewer_arguments",
        ),
    ),
    Naive(
        r'    if setting != "RATES":\n        return\n',
        "",
        ("SettingReloadTraps.test_only_its_own_setting_counts",),
    ),
    Naive(
        r"\.filter\(pk=order_id\)\.first\(\)",
        ".get(pk=order_id)",
        ("RetryTaskTraps.test_a_row_that_is_gone_is_no_error",),
        "shop/tasks.py",
    ),
    Naive(
        r"transaction\.on_commit\(partial\(announce, keys\), using=using\)",
        "announce(keys)",
        ("BulkServiceTraps.test_the_side_effect_comes_once_after_the_commit",),
        "shop/services.py",
    ),
    Naive(
        r"there = rows.*\n(?:.*\n)*? +keys = .*\n",
        'keys = list(rows.select_for_update().values_list("pk", flat=True))\n',
        ("BulkServiceJoinTraps.test_a_join_counts_each_row_once",),
        "shop/services.py",
        perhaps=(
            "BulkServiceJoinTraps.test_distinct_rows_are_taken",
            "BulkServiceJoinTraps.test_annotated_rows_are_taken",
            "BulkServiceJoinTraps.test_a_row_beside_nothing_is_taken",
        ),
    ),
    Naive(
        r"keys = \[key for key in locked if key in still\]",
        "keys = locked",
        ("BulkServiceJoinTraps.test_what_changes_before_the_lock_is_free_is_left_alone",),
        "shop/services.py",
        postgres=True,
    ),
    Naive(
        r"allow_unicode=getattr\(field, \"allow_unicode\", False\)",
        "allow_unicode=False",
        ("SlugTraps.test_letters_of_other_scripts_stay_where_the_field_takes_them",),
    ),
    Naive(
        r"rows = rows\.filter\(\*\*scope\)",
        "pass",
        ("SlugTraps.test_numbers_start_anew_on_each_site",),
    ),
    Naive(
        r"if value != old and repr\(value\) != repr\(old\):\n(?= +PriceChange)",
        "if True:\n",
        ("TrackChangesTraps.test_another_way_to_write_a_value_is_no_change",),
        perhaps=(
            "TrackChangesTraps.test_old_and_new_are_recorded",
            "LockTraps.test_two_changes_record_what_each_has_found",
        ),
    ),
    Naive(
        r"value if hasattr\(value, \"resolve_expression\"\) else field\.to_python\(value\)",
        "value",
        ("StatusTransitionTraps.test_a_number_as_text_is_no_change",),
    ),
    Naive(
        r"    else:\n        transaction\.on_commit\(partial\(unindex_article.*\n",
        "",
        ("SearchIndexTraps.test_a_row_that_does_not_belong_there_any_more_is_removed",),
    ),
    Naive(
        r"elif address\.count\(\":\"\) == 1:",
        "elif False:",
        (
            "LoginAuditTraps.test_an_address_loses_its_port_and_what_is_none_is_left_out",
            "LoginAuditTraps.test_a_column_of_addresses_takes_what_is_none_as_null",
        ),
    ),
    Naive(
        r"vars\(rows\)\[\"_db\"\] or router\.db_for_write\(rows\.model\)",
        "rows.db",
        ("ReplicaTraps.test_many_rows_are_changed_where_writes_go",),
        "shop/services.py",
    ),
    Naive(
        r"rows = rows\.select_for_update\(\)\n",
        "pass\n",
        (
            "LockTraps.test_of_two_transitions_the_second_is_refused",
            "LockTraps.test_two_changes_record_what_each_has_found",
        ),
        postgres=True,
    ),
    Naive(
        r"stored = stored\.select_for_update\(\)",
        "pass",
        (
            "LockTraps.test_a_row_that_two_move_is_counted_once",
            "LockTraps.test_a_row_that_two_move_leaves_right_totals",
        ),
        postgres=True,
        perhaps=(
            "UpdateParentMoveTraps.test_rows_that_move_to_and_fro_in_threads_leave_right_totals",
        ),
    ),
    Naive(
        r"return list\(rows\.values_list\(field\.m2m_reverse_field_name\(\), flat=True\)\)",
        "return []",
        ("M2mCounterTraps.test_clear_sends_no_keys",),
        perhaps=(
            "M2mCounterTraps.test_every_operation_leaves_what_is_there",
            "ThroughTraps.test_a_side_that_is_deleted_leaves_right_counts",
            "ThroughTraps.test_what_the_relation_does_is_counted_too",
            "ThroughTraps.test_a_row_that_is_made_by_itself_is_refused",
            "M2mCounterTraps.test_a_deleted_row_counts_no_longer",
            "M2mCounterRaceTraps.test_articles_that_go_at_once_count_no_longer",
            "M2mCounterRaceTraps.test_set_counts_what_is_there",
            "LockTraps.test_what_is_added_beside_a_clear_is_counted",
        ),
    ),
    Naive(
        r" and allowed <= set\(names\(only_existing=True\)\):",
        ":",
        ("PostMigrateDataTraps.test_a_table_that_is_gone_gets_no_rows",),
    ),
    Naive(
        r"if bool\(allowed\) == bool\(own\) and ",
        "if ",
        ("PostMigrateDataTraps.test_a_database_that_the_router_keeps_the_app_out_of_gets_no_rows",),
    ),
    Naive(
        r"keys = \[vars\(instance\)\.pop\(\"_m2m_counter_player_key\", None\)\]",
        "keys = []",
        ("ThroughTraps.test_a_row_that_moves_is_counted_where_it_goes",),
        perhaps=(
            "ThroughTraps.test_a_side_that_is_deleted_leaves_right_counts",
            "ThroughTraps.test_what_the_relation_does_is_counted_too",
            "ThroughTraps.test_a_row_that_is_made_by_itself_is_refused",
            "ThroughTraps.test_a_row_that_is_deleted_is_counted_no_longer",
        ),
    ),
    Naive(
        r"    keys\.append\(vars\(instance\)\.get\(.*_id\"\)\)\n",
        "",
        ("ThroughTraps.test_a_row_that_is_made_by_itself_is_counted",),
        perhaps=(
            "ThroughTraps.test_a_side_that_is_deleted_leaves_right_counts",
            "ThroughTraps.test_what_the_relation_does_is_counted_too",
            "ThroughTraps.test_a_row_that_is_made_by_itself_is_refused",
            "ThroughTraps.test_a_player_who_joins_twice_is_counted_once",
            "ThroughTraps.test_a_row_that_moves_is_counted_where_it_goes",
        ),
    ),
)
