from celery import shared_task


@shared_task
def send_ticket_email(ticket_id, template):
    """Render the template and mail it to the requester."""


@shared_task
def post_to_chat(channel, text):
    """Post to the team's chat."""
