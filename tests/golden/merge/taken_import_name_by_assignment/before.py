receiver = None
