.PHONY: setup run test quick check bench constraints format clean
PY := .venv/bin/python
BIN := .venv/bin

setup:            ## make .venv and install everything
	scripts/setup --dev

run:              ## serve on 127.0.0.1:8050 under gunicorn
	scripts/run

test:             ## the whole suite
	scripts/test

quick:            ## tests of a few seconds
	$(PY) -m pytest -q -n 2 -m "not slow and not browser and not faults"

format:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check:            ## format, lint, types, imports, quick tests: green before every commit
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory quick

bench:            ## speed and memory, beside the alternatives
	$(PY) -m benchmarks

constraints:      ## pin what is installed now
	(echo "# Versions of everything installed, direct or not; made by \`make constraints\`."; $(BIN)/pip freeze --exclude-editable | sort) > constraints.txt
