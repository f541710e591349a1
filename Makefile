# make demo: transcribe the example; make test: every test; make lint: the format check.
.PHONY: packages build demo test lint

copyist = .build/release/copyist

# The C libraries that the build links.
packages:
	@scripts/install-packages

build: packages
	swift build -c release --product copyist

# Reads a picture of a table with the checkpoint that comes with the tool.
demo: build
	@echo
	$(copyist) transcribe table docs/examples/table.png --format text
	@echo
	$(copyist) transcribe table docs/examples/table.png --format html -o out/table.html
	@echo "Open out/table.html in a browser."

test: packages
	swift build -c release --build-tests
	swift test -c release --skip-build

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Plugins Tests
