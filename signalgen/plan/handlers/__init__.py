"""One handler of the spec -> one receiver: signature, guards, branches, deferred task calls."""
