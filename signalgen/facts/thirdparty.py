"""Signals of widely used Django packages, by dotted path, with their arguments: ``THIRD_PARTY``.

Read from the packages' own ``send`` calls. A dotted signal that is not here is no error: its
handler may then use any name as an argument.
"""

from __future__ import annotations

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
    )
}

# "signal: argument argument?"; a question mark marks what some senders or releases leave out.
_SENT: Mapping[str, str] = {
    "actstream.signals": """
        action: verb target? action_object? description? public? timestamp?
    """,
    "allauth.account.signals": """
        authentication_step_completed: request user method
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
    "axes.signals": "user_locked_out: request username ip_address",
    "constance.signals": "config_updated: key old_value new_value",
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
        reset_password_token_created: instance reset_password_token
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
    "import_export.signals": """
        post_export: model
        post_import: model
    """,
    "invitations.signals": """
        invite_accepted: email request? invitation?
        invite_url_sent: instance invite_url_sent inviter
    """,
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
 history_change_reason using
        pre_create_historical_m2m_records: rows history_instance instance field
        pre_create_historical_record: instance history_instance history_date history_user\
 history_change_reason using
    """,
    "two_factor.signals": "user_verified: request user device",
    "wagtail.signals": """
        copy_for_translation_done: source_obj target_obj
        init_new_page: page parent
        page_published: instance revision? alias?
        page_slug_changed: instance instance_before
        page_unpublished: instance
        post_page_move: instance parent_page_before parent_page_after url_path_before url_path_after
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


def _argument(word: str) -> SignalArgument:
    name, always = word.rstrip("?"), not word.endswith("?")
    typed = _TYPED.get(name) if always else None
    return typed or SignalArgument(name, "Any", _ANY, always=always)


def _rows() -> Iterator[tuple[str, tuple[SignalArgument, ...]]]:
    for module, lines in _SENT.items():
        for line in filter(str.strip, lines.splitlines()):
            name, _, words = line.strip().partition(":")
            yield f"{module}.{name}", tuple(_argument(word) for word in words.split())


THIRD_PARTY: Mapping[str, tuple[SignalArgument, ...]] = MappingProxyType(dict(_rows()))
"""Dotted path of a signal -> what it always sends, then what it may send."""
