def get_model(label, name):
    raise LookupError
