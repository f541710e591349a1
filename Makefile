# make demo: transcribe the example; make test: every test; make lint: the format check.
.PHONY: packages build demo test lint

copyist = .build/release/copyist

# The C libraries that the build links.
packages:
	@scripts/install-packages

build: packages
	swift build -c release --product copyist

# Reads a picture of a table and one of a molecule with the checkpoints that come with the tool.
demo: build
	@echo
	$(copyist) transcribe table docs/examples/table.png --format text
	@echo
	$(copyist) transcribe table docs/examples/table.png --format html -o out/table.html
	@echo
	$(copyist) transcribe molecule docs/examples/molecule.png
	@echo
	$(copyist) transcribe molecule docs/examples/molecule.png --format svg -o out/molecule.svg
	@echo "Open out/table.html and out/molecule.svg in a browser."

test: packages
	swift build -c release --build-tests
	swift test -c release --skip-build

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Plugins Tests
