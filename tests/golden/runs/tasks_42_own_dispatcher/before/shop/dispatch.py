def task(**options):
    def wrapped(function):
        function.delay = function
        return function

    return wrapped
