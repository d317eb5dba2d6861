"""What Django compares when it connects and calls receivers: senders and identities."""
