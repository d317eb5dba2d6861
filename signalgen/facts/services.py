"""Calls of packages that leave the process, by resolved name, such as ``REQUESTS``. Data only.

The tables hold queues, HTTP services and search servers, images, and messages.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIL = pattern(
    r"^django\.core\.mail\.(?:\w+\.)*"
    r"(?:send_mail|send_mass_mail|mail_admins|mail_managers)$"
    r"|(?:^|\.)(?:Email(?:Message|MultiAlternatives)|AnymailMessage)\(\)\.send$"
    r"|^smtplib\.SMTP(?:_SSL)?(?:\(\)\.\w+)?$"
    r"|^post_office\.mail\.send$|^django\.core\.mail\.get_connection\(\)\.send_messages$"
)
"""Calls that send mail."""

HTTP = pattern(
    r"^(?:requests|httpx)(?:\.api)?\."
    r"(?:get|post|put|patch|delete|head|options|request|stream)$"
    r"|^(?:requests\.(?:sessions\.)?[sS]ession|httpx\.(?:Async)?Client"
    r"|aiohttp\.(?:client\.)?ClientSession)\(\)\."
    r"(?:get|post|put|patch|delete|head|options|request|send)$"
    r"|^urllib\.request\.url(?:open|retrieve)$"
    r"|^urllib3\.(?:request|PoolManager\(\)\.request)$"
    r"|^stripe\.(?:StripeClient\(\)\.(?:\w+\.)+|(?:[a-z_]+\.)*(?!Webhook)[A-Z]\w+\.)"
    r"(?:create|retrieve|modify|update|delete|list|search|cancel|capture|confirm|attach"
    r"|detach|pay)$"
)
"""Calls that make an HTTP request; ``REQUESTS`` has the clients of single services."""

CHANNELS = pattern(r"(?:^|\.)group_send$|^channels\.layers\.get_channel_layer\(\)\.send$")
"""Coroutines that send to a channel layer."""

CACHES = r"^django\.core\.cache\.(?:cache|caches\[\])\."
CACHE_DELETES = pattern(CACHES + r"(?:a?delete(?:_many|_pattern)?|a?clear|a?incr_version)$")
"""Calls that remove entries from a cache."""
CACHE_READS = pattern(CACHES + r"(?:a?get(?:_many)?|a?has_key)$")
CACHE_CALLS = pattern(CACHES + r"\w+$")

KEPT_OPEN = pattern(r"^(?:smtplib|ftplib|paramiko|http\.client)\b")
"""Clients whose calls depend on earlier ones: all of them wait, or none."""

SYNCHRONOUS: Mapping[str, str] = MappingProxyType(
    {
        f"a{name}": name
        for name in ("delete", "delete_many", "delete_pattern", "clear", "incr_version")
    }
)
"""Coroutines of caches, and what an ``on_commit`` callback calls in their place."""

ROBUST_SINCE = (6, 1)
"""Django, whose ``on_commit(robust=True)`` failed before that when it logged a ``partial``."""

QUEUES = pattern(
    r"\.basic_publish$|^kombu\.(?:\w+\.)*Producer\(\)\.publish$"
    r"|^confluent_kafka\.Producer\(\)\.produce$"
    r"|^kafka\.KafkaProducer\(\)\.send$"
    r"|^google\.cloud\.pubsub(?:_v1)?\.PublisherClient\(\)\.publish$"
)
"""Brokers that are written to directly; task libraries are in ``tasks``."""

# ``Client()`` stands for an instance: the call of a method of what the client class returned.
_CLIENTS = (
    (
        r"boto3\.(?:session\.Session\(\)\.)?(?:client|resource)\(\)\.(?:\w+\(\)\.)*(?:send_\w+"
        r"|put_\w+|delete_\w+|copy_\w+|head_\w+|get_object|list_\w+|invoke|publish|upload_\w+"
        r"|download_\w+|create_\w+|start_\w+)"
    ),
    r"twilio\.rest\.Client\(\)\.(?:\w+\.)+(?:create|fetch|update|delete)",
    r"sendgrid\.SendGridAPIClient\(\)\.send",
    (
        r"slack_sdk\.(?:\w+\.)*(?:WebClient|WebhookClient)\(\)\.(?:send|send_dict|chat_\w+"
        r"|files_\w+|conversations_\w+|users_\w+)"
    ),
    (
        r"(?:elasticsearch|opensearchpy)\.(?:Elasticsearch|OpenSearch)\(\)\.(?:index|create|get"
        r"|update|delete|bulk|search|delete_by_query|update_by_query|reindex|indices\.\w+)"
    ),
    r"(?:elasticsearch|opensearchpy)\.helpers\.(?:bulk|parallel_bulk|streaming_bulk|reindex)",
    r"pysolr\.Solr\(\)\.(?:add|delete|commit|search|optimize)",
    r"meilisearch\.Client\(\)\.index\(\)\.\w*(?:documents?|search)",
    (
        r"algoliasearch\.(?:\w+\.)*SearchClient(?:\.create)?\(\)(?:\.init_index\(\))?"
        r"\.\w*(?:objects?|search)"
    ),
    (
        r"django_elasticsearch_dsl\.registries\.registry\.(?:update|delete|update_related"
        r"|delete_related)"
    ),
    r"http\.client\.HTTPS?Connection\(\)\.(?:request|getresponse)",
    r"pusher\.Pusher\(\)\.trigger(?:_batch)?",
    r"ftplib\.FTP(?:_TLS)?\(\)\.(?:login|connect|storbinary|storlines|retrbinary|delete)",
    r"paramiko\.(?:\w+\.)*SSHClient\(\)\.(?:connect|exec_command|open_sftp)",
    (
        r"simple_salesforce\.(?:\w+\.)*Salesforce\(\)\.(?:\w+\.)?(?:create|update|upsert|delete|get"
        r"|query\w*|search)"
    ),
    r"pywebpush\.webpush",
    r"firebase_admin\.messaging\.send\w*",
)
REQUESTS = pattern(rf"^(?:{'|'.join(_CLIENTS)})$")
"""Clients of services reached over HTTP or another network protocol."""

DOCUMENTS = pattern(
    r"^(?:elasticsearch_dsl|elasticsearch\.dsl|opensearchpy|opensearch_dsl)\.(?:\w+\.)*(?:Async)?"
    r"Document$|^django_(?:elasticsearch|opensearch)_dsl\.(?:\w+\.)*(?:Document|DocType)$"
    r"|^haystack\.signals\.(?:Base|Realtime)SignalProcessor$"
)
"""Classes whose ``save()`` and ``delete()`` ask a search server: documents, and haystack's."""

IMAGES = pattern(
    r"^versatileimagefield\.image_warmer\.VersatileImageFieldWarmer\(\)\.warm$"
    r"|^sorl\.thumbnail\.(?:\w+\.)*get_thumbnail$"
    r"|^easy_thumbnails\.files\.(?:generate_all_aliases|get_thumbnailer\(\)\.(?:get_thumbnail"
    r"|generate_thumbnail))$"
)
"""Calls that render versions of an image."""

MESSAGES = pattern(
    r"(?:^|[._])redis\w*(?:\(\))?\.publish$|^django_redis\.get_redis_connection\(\)\.publish$"
    r"|^redis\.(?:\w+\.)*\w+\(\)\.publish$"
    r"|^django_eventstream\.send_event$"
)
"""Messages that every listener gets at once."""
