"""The task stubs that a spec asks for, and the libraries they may be written for."""
