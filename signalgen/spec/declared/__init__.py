"""The keys of a spec, declared once: for the reader, the schema and the reference."""
