"""Suites: what is timed. Each module's `cases(adapter, folder)` runs in a worker and gives the figures by name."""
