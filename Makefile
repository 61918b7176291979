# Everything a newcomer types: `make run`, `make test`. The rest is for those who change the code.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Two at a time: the real engines in the tests use a core each.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile

.PHONY: run test test-all check format bench doctor clean

# What could not be fetched is said, and said again where it is missed: the rest serves all the same.
run: $(VENV)/.run
	-$(BIN)/python -m bot weights fetch
	$(BIN)/python -m bot migrate
	$(BIN)/python -m bot

test: $(VENV)/.dev
	$(BIN)/python -m bot weights fetch
	$(PYTEST) -m "not long"

test-all: $(VENV)/.dev
	$(BIN)/python -m bot weights fetch
	$(PYTEST)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy bot handlers db engines bench evals
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	$(BIN)/python -m bench.turn
	$(BIN)/python -m bench.planning
	$(BIN)/python -m bench.asr
	$(BIN)/python -m bench.short_notes
	$(BIN)/python -m bench.contended
	$(BIN)/python -m bench.heads
	$(BIN)/python -m bench.music

doctor: $(VENV)/.run
	$(BIN)/python -m bot doctor

clean:
	rm -rf $(VENV)

$(VENV)/.venv:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.run: $(VENV)/.venv requirements.txt requirements-nodeps.txt constraints.txt
	$(PIP) install -q -r requirements.txt -c constraints.txt
	$(PIP) install -q --no-deps -r requirements-nodeps.txt
	touch $@

# PESQ is only to be had as C source: without a compiler the one test that needs it is skipped.
$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	$(PIP) install -q -r requirements-dev.txt -c constraints.txt
	$(PIP) install -q pesq==0.0.4 2>/dev/null || echo "No C compiler: the PESQ check is skipped."
	touch $@
