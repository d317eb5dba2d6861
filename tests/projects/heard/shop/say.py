said = []


def tell(word, name):
    said.append((word, name))
