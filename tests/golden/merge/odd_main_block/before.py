import sys


def main():
    return 0


# Run it.
if __name__ == "__main__":
    sys.exit(main())
