"""Every library of the field side by side, in one run: `python -m benchmarks --help`, and README.md beside this file.

A library has a venv (`libraries.py`) and an adapter (`peers/`); a suite says what is timed (`suites/`); a worker
process per library times it (`worker.py`, `figures.py`) in interleaved rounds (`rounds.py`); `results/` holds what
came out.
"""
