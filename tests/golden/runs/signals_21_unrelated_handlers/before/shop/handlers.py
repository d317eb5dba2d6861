class InvalidHandler:
    def handle(self):
        pass
