PYTHON ?= python3
BIN := .venv/bin
# Jupyter wants root to say that it is meant, as in a container.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

# A container that keeps Python from writing bytecode has every process of the tests compile them and the package anew.
KEPT := PYTHONDONTWRITEBYTECODE=

.PHONY: run test quick lint lab lab-fresh app bench fuzz plant scans kill docs texts clean

run: .venv/.installed  ## process the reports in data/raw
	$(BIN)/jscore run

test: .venv/.installed  ## run the tests
	$(KEPT) $(BIN)/python -m pytest -n auto --dist worksteal

quick: .venv/.installed  ## the tests without the slow ones, OCR, killed runs, LibreOffice and a browser
	$(KEPT) $(BIN)/python -m pytest -n auto --dist worksteal -m "not (browser or office or kill or ocr or slow)"

lint: .venv/.installed  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: .venv/.installed  ## open JupyterLab on the start page; the notebooks are your own copies in data/notebooks
	$(BIN)/python scripts/start_page.py --lang $(or $(LANGUAGE),zh)
	$(BIN)/jupyter lab $(AS_ROOT) --notebook-dir=. data/processed/start.ipynb

lab-fresh: .venv/.installed  ## put your copies of the notebooks aside and start with new ones
	$(BIN)/python scripts/start_page.py --fresh --lang $(or $(LANGUAGE),zh)
	$(BIN)/jupyter lab $(AS_ROOT) --notebook-dir=. data/processed/start.ipynb

app: .venv/.installed  ## the processed reports as pages in a browser, on this machine alone; Ctrl-C ends it
	$(BIN)/python -m pip install --quiet -c requirements.lock -e ".[app]"
	$(BIN)/jscore app

bench: .venv/.installed  ## time and memory beside other readers, runs, scale: docs/benchmarks.md (takes half an hour)
	$(BIN)/python -m pip install --quiet -c requirements.lock -e ".[dev,bench]"
	$(BIN)/python benchmarks/bench.py --readme

fuzz: .venv/.installed  ## reports with random faults: SECONDS=300 SEED=1
	$(BIN)/python benchmarks/fuzz.py --seconds $(or $(SECONDS),300) --seed $(or $(SEED),1)

plant: .venv/.installed  ## ink moved, hidden, doubled, covered on reports: SECONDS=300 SEED=1
	$(BIN)/python benchmarks/plant.py --seconds $(or $(SECONDS),300) --seed $(or $(SEED),1)

scans: .venv/.installed  ## pages scanned in many ways and read by OCR: docs/ocr.md (takes a quarter of an hour)
	$(BIN)/python benchmarks/scan.py --write

kill: .venv/.installed  ## runs killed at many moments: KILLS=100
	JSCORE_KILLS=$(or $(KILLS),100) $(BIN)/python -m pytest tests/test_runs.py -k killed

docs: .venv/.installed  ## the pictures and the generated parts of docs
	$(BIN)/python scripts/make_docs.py

texts: .venv/.installed  ## bring the catalogue of English texts up to date, and name those without English
	$(BIN)/python scripts/texts.py

clean:
	rm -rf .venv data/processed/*

.venv/.installed: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c requirements.lock -e ".[dev,ocr]"
	touch $@
