"""The search index: a set of documents in the cache."""

from django.core.cache import cache


def update_document(kind, pk, text):
    cache.set(f'search:{kind}:{pk}', text, timeout=None)


def remove_document(kind, pk):
    cache.delete(f'search:{kind}:{pk}')
