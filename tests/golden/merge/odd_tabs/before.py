from django.dispatch import receiver


@receiver(x)
def f(sender, **kwargs):
	if sender:
		return
