class Starts:
    def ready(self):
        self.started = True
