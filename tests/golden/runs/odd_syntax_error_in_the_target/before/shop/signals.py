def own(:
    pass
