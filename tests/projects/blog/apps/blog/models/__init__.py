from .author import AuthorStats
from .post import Post, Tag

__all__ = ["AuthorStats", "Post", "Tag"]
