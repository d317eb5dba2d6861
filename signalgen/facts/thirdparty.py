"""Signals of widely used Django packages, by dotted path, with their arguments: ``THIRD_PARTY``.

Read from the packages' own ``send`` calls, and measured: each signal was sent in every way that its
package offers. A dotted signal that is not listed is no error: its handler may use any name as an
argument. ``CELERY`` has Celery's signals, which are not Django signals.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from signalgen.facts.signals import SignalArgument

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ANY = (("typing", "Any"),)
_TYPED: Mapping[str, SignalArgument] = {
    argument.name: argument
    for argument in (
        SignalArgument("request", "HttpRequest", (("django.http", "HttpRequest"),)),
        SignalArgument(
            "user", "AbstractBaseUser", (("django.contrib.auth.base_user", "AbstractBaseUser"),)
        ),
        SignalArgument("instance", "Model", (("django.db.models", "Model"),)),
        SignalArgument("using", "str"),
        SignalArgument("using*", "str | None"),
    )
}

# "signal: argument argument?"; a question mark marks arguments that some calls or releases leave
# out, a star those whose type differs from the usual one of that name.
_SENT: Mapping[str, str] = {
    "actstream.signals": """
        action: verb target? action_object? description? public? timestamp?
    """,
    "allauth.account.signals": """
        _add_email: email user
        authentication_step_completed: request user method email? id? phone? provider?\
 reauthenticated? type? uid? username?
        email_added: request user email_address
        email_changed: request user from_email_address to_email_address
        email_confirmation_sent: request confirmation signup
        email_confirmed: request email_address
        email_removed: request user email_address
        email_verification_code_rejected: request last_attempt user?
        login_code_rejected: request last_attempt user?
        password_changed: request user
        password_reset: request user
        password_reset_code_rejected: request last_attempt user?
        password_set: request user
        user_logged_in: request user response? sociallogin?
        user_signed_up: request user sociallogin?
    """,
    "allauth.mfa.signals": """
        authentication_failed: request user authenticator? reauthentication?
        authenticator_added: request user authenticator
        authenticator_removed: request user authenticator
        authenticator_reset: request user authenticator
        authenticator_used: request user authenticator reauthenticated passwordless
    """,
    "allauth.socialaccount.signals": """
        pre_social_login: request sociallogin
        social_account_added: request sociallogin
        social_account_removed: request socialaccount
        social_account_updated: request sociallogin
    """,
    "allauth.usersessions.signals": "session_client_changed: request from_session to_session",
    "anymail.signals": """
        inbound: event esp_name
        post_send: message status esp_name
        pre_send: message esp_name
        tracking: event esp_name
    """,
    "auditlog.signals": """
        accessed: instance
        post_log: instance action instance_old? changes? log_entry? log_created? error?\
 pre_log_results? use_json_for_changes?
        pre_log: instance action
    """,
    "axes.signals": "user_locked_out: request username ip_address",
    "constance.signals": "config_updated: key old_value new_value",
    "django_comments.signals": """
        comment_was_flagged: comment flag created request
        comment_was_posted: comment request
        comment_will_be_posted: comment request
    """,
    "django_fsm.signals": """
        post_transition: instance name source target field? method_args? method_kwargs? exception?
        pre_transition: instance name source target field? method_args? method_kwargs?
    """,
    "django_registration.signals": """
        user_activated: request user
        user_registered: request user
    """,
    "django_rest_passwordreset.signals": """
        post_password_reset: user reset_password_token
        pre_password_reset: user reset_password_token
        reset_password_token_created: instance* reset_password_token
    """,
    "django_tasks.signals": """
        task_enqueued: task_result
        task_finished: task_result
        task_started: task_result
    """,
    "django_tenants.signals": """
        post_schema_sync: tenant
        schema_migrated: schema_name
        schema_needs_to_be_sync: tenant
    """,
    "djoser.signals": """
        user_activated: request user
        user_registered: request user
        user_updated: request user
    """,
    "djstripe.signals": """
        webhook_post_process: instance api_key
        webhook_post_validate: instance valid
        webhook_pre_process: instance
        webhook_pre_validate: instance
        webhook_processing_error: instance api_key exception data
    """,
    "easy_thumbnails.signals": """
        saved_file: fieldfile
        thumbnail_created:
        thumbnail_missed: options
    """,
    "hijack.signals": """
        hijack_ended: hijacker hijacked request
        hijack_started: hijacker hijacked request
    """,
    "imagekit.signals": """
        existence_required: file
        source_saved: source
    """,
    "import_export.signals": """
        post_export: model
        post_import: model
    """,
    "invitations.signals": """
        invite_accepted: email request? invitation?
        invite_url_sent: instance invite_url_sent inviter
    """,
    "knox.signals": "token_expired: username source",
    "mptt.signals": "node_moved: instance target position?",
    "notifications.signals": """
        notify: recipient verb target? action_object? description? public? timestamp? level?
    """,
    "oauth2_provider.signals": "app_authorized: request token",
    "reversion.signals": """
        post_revision_commit: revision versions
        pre_revision_commit: revision versions
    """,
    "safedelete.signals": """
        post_softdelete: instance using
        post_undelete: instance using
        pre_softdelete: instance using
    """,
    "simple_history.signals": """
        post_create_historical_m2m_records: created_rows history_instance instance field
        post_create_historical_record: instance history_instance history_date history_user\
 history_change_reason using*
        pre_create_historical_m2m_records: rows history_instance instance field
        pre_create_historical_record: instance history_instance history_date history_user\
 history_change_reason using*
    """,
    "treebeard.mp_tree": """
        nodes_deleted: pks_to_remove paths_to_remove using
        path_updated: old_path new_path using
    """,
    "treebeard.ns_tree": """
        gap_altered: tree_id start_index offset using
        nodes_deleted: removed_ranges using
        subtree_moved: tree_id lft rgt target_tree_id depth_offset index_offset using
        tree_ids_incremented: min_tree_id using
    """,
    "two_factor.signals": "user_verified: request user device",
    "wagtail.signals": """
        copy_for_translation_done: source_obj target_obj
        init_new_page: page parent
        page_published: instance revision? alias?
        page_slug_changed: instance instance_before
        page_unpublished: instance
        post_page_move: instance parent_page_before parent_page_after url_path_before url_path_after
        pre_validate_delete: instance
        pre_page_move: instance parent_page_before parent_page_after url_path_before url_path_after
        published: instance revision
        task_approved: instance user
        task_cancelled: instance user
        task_rejected: instance user
        task_submitted: instance user
        unpublished: instance
        workflow_approved: instance user
        workflow_cancelled: instance user
        workflow_rejected: instance user
        workflow_submitted: instance user
    """,
}


_CELERY: Mapping[str, str] = {
    "celery.signals": """
        after_setup_logger: logger loglevel logfile format colorize
        after_setup_task_logger: logger loglevel logfile format colorize
        after_task_publish: headers body exchange routing_key
        before_task_publish: body exchange routing_key headers properties declare retry_policy
        beat_embedded_init:
        beat_init:
        celeryd_after_setup: instance* conf
        celeryd_init: instance* conf options
        eventlet_pool_apply: target args kwargs
        eventlet_pool_postshutdown:
        eventlet_pool_preshutdown:
        eventlet_pool_started:
        heartbeat_sent:
        import_modules:
        setup_logging: loglevel logfile format colorize
        task_failure: task_id exception args kwargs traceback einfo
        task_internal_error: task_id args kwargs request einfo exception? traceback?
        task_postrun: task_id task args kwargs retval state
        task_prerun: task_id task args kwargs
        task_received: request*
        task_rejected: message exc
        task_retry: request* reason einfo
        task_revoked: request* terminated signum expired
        task_sent: task_id task args kwargs eta taskset
        task_success: result runtime?
        task_unknown: name id message exc
        user_preload_options: app options
        worker_before_create_process:
        worker_init:
        worker_process_init:
        worker_process_shutdown: pid exitcode
        worker_ready:
        worker_shutdown:
        worker_shutting_down: sig how exitcode
    """,
}


def _argument(word: str) -> SignalArgument:
    name, always = word.rstrip("?*"), not word.endswith("?")
    typed = _TYPED.get(word) if always else None
    if typed is not None:
        return replace(typed, name=name)
    return SignalArgument(name, "Any", _ANY, always=always)


def _rows(sent: Mapping[str, str]) -> Iterator[tuple[str, tuple[SignalArgument, ...]]]:
    for module, lines in sent.items():
        for line in filter(str.strip, lines.splitlines()):
            name, _, words = line.strip().partition(":")
            yield f"{module}.{name}", tuple(_argument(word) for word in words.split())


THIRD_PARTY: Mapping[str, tuple[SignalArgument, ...]] = MappingProxyType(dict(_rows(_SENT)))
"""Dotted path of a signal -> arguments that it always sends, then those that it may send."""
SENT_BY: Mapping[str, str] = MappingProxyType(
    {
        "actstream.signals": "the row that acts, not a class",
        "anymail.signals": "backends and webhook views of anymail",
        "axes.signals": "the string 'axes'",
        "celery.signals": "tasks, workers and names of tasks",
        "constance.signals": "the object constance.config",
        "django_registration.signals": "views of django_registration",
        "django_rest_passwordreset.signals": "views of django_rest_passwordreset",
        "django_tasks.signals": "classes of task backends",
        "djoser.signals": "the view djoser.views.UserViewSet",
        "hijack.signals": "None",
        "import_export.signals": "None",
        "invitations.signals.invite_accepted": "the view invitations.views.AcceptInvite",
        "knox.signals": "the class knox.auth.TokenAuthentication",
        "notifications.signals": "the row that acts, not a class",
        "oauth2_provider.signals": "views of oauth2_provider",
        "reversion.signals": "the function reversion.create_revision",
        "simple_history.signals": "the historical model",
        "two_factor.signals": "the string 'two_factor.views.core'",
        "wagtail.signals.copy_for_translation_done": "actions of wagtail",
    }
)
"""The senders of a signal, or of all signals of a module, that are not models."""
CELERY: Mapping[str, tuple[SignalArgument, ...]] = MappingProxyType(dict(_rows(_CELERY)))
"""The same of Celery's own signals."""
