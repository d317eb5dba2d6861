"""Commands that the scanner sends. No Django signals here."""


def handle_command(line):
    verb, _, barcode = line.partition(" ")
    return verb.upper(), barcode
