PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint lab bench docs clean

run: .venv/.installed  ## process the reports in data/raw
	$(BIN)/jscore run

test: .venv/.installed  ## run the tests
	$(BIN)/python -m pytest

lint: .venv/.installed  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: .venv/.installed  ## open JupyterLab on the start page
	$(BIN)/python scripts/start_page.py
	$(BIN)/jupyter lab --notebook-dir=. data/processed/start.ipynb

bench: .venv/.installed  ## time and memory, side by side with camelot
	$(BIN)/python benchmarks/bench.py

docs: .venv/.installed  ## README's generated parts and pictures
	$(BIN)/python scripts/make_docs.py

clean:
	rm -rf .venv data/processed/*

.venv/.installed: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c requirements.lock -e ".[dev]"
	touch $@
