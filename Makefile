# make demo: transcribe the example; make test: every test; make lint: the format check.
.PHONY: packages build demo test lint

copyist = .build/release/copyist

# The C libraries that the build links.
packages:
	@scripts/install-packages

build: packages
	swift build -c release --product copyist

# Reads one picture of each domain that a checkpoint comes with the tool for.
demo: build
	@echo
	$(copyist) transcribe table docs/examples/table.png --format text
	@echo
	$(copyist) transcribe table docs/examples/table.png --format html -o out/table.html
	@echo
	$(copyist) transcribe molecule docs/examples/molecule.png
	@echo
	$(copyist) transcribe molecule docs/examples/molecule.png --format svg -o out/molecule.svg
	@echo
	$(copyist) transcribe music docs/examples/melody.png --format kern
	@echo
	$(copyist) transcribe music docs/examples/minuet.png --format musicxml -o out/minuet.musicxml
	@echo
	$(copyist) transcribe radiography docs/examples/phantom.png
	@echo "Open out/table.html and out/molecule.svg in a browser, out/minuet.musicxml in a score editor."

test: packages
	swift build -c release --build-tests
	swift test -c release --skip-build

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Plugins Tests
