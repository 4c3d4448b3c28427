# Two commands matter: `make demo` runs the main job on the example, `make test` passes the tests.
PYTHON ?= python3
UV := .boot/bin/uv
RUN := .venv/bin/

.PHONY: setup demo lint check test spark tie golden docs messages bench fuzz clean

setup: .venv/.synced

$(UV):
	$(PYTHON) -m venv .boot
	.boot/bin/pip install --quiet --disable-pip-version-check uv

.venv/.synced: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --quiet --compile-bytecode --extra desk --python "$$(command -v $(PYTHON))"
	$(RUN)python -m compileall -q src
	@touch $@

demo: setup
	$(RUN)qingce demo

lint: setup
	$(RUN)ruff check src tests benchmarks tools examples
	$(RUN)mypy
	$(RUN)lint-imports

check: lint
	$(RUN)python -m pytest tests/docs tests/structure

# Spark first, one process: a JVM and its cluster want the machine for themselves; skips are told by reason
test: setup
	$(RUN)python -m pytest -rs tests/spark
	$(RUN)python -m pytest -n 3 --dist worksteal --ignore=tests/spark

# a real cluster on loopback; needs Java 17 and installs PySpark
spark: setup
	$(UV) sync --frozen --quiet --extra desk --extra spark
	$(RUN)python -m pytest tests/spark

tie: setup
	$(RUN)qingce tie examples/lanzhou_2024

golden: setup
	QINGCE_GOLDEN=write $(RUN)python -m pytest tests/golden

docs: setup
	$(RUN)python tools/reference.py

# the desk's English: what is new in the source appears untranslated in locale/en/*.po
messages: setup
	$(RUN)python tools/messages.py

bench: setup
	@for script in benchmarks/[a-z]*.py; do $(RUN)python $$script || exit 1; done

fuzz: setup
	$(RUN)python -m tests.audit.fuzz --seconds 60
	$(RUN)python -m tests.audit.fuzz_guided -max_total_time=60

clean:
	rm -rf .venv .boot examples/*/.qingce examples/*/build
