def rank_for(post_count):
    if post_count >= 500:
        return "veteran"
    if post_count >= 50:
        return "regular"
    return "newbie"


def refresh_thread(thread):
    """Counts and the last post, from the rows that are there."""
    visible = thread.posts.filter(is_hidden=False)
    last = visible.order_by("-created_at").first()
    thread.reply_count = max(visible.count() - 1, 0)
    thread.last_post_at = last.created_at if last else None
    thread.last_post_by = last.author if last else None
    thread.save(update_fields=["reply_count", "last_post_at", "last_post_by"])
