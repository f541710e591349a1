"""The tasks of the mixture: their prompts, generators, held-out figures, and what each stretch of training sees."""

from dataclasses import dataclass
from types import ModuleType
from typing import Callable

from . import depictions, melodies, molecules, phantoms, staves, tables, teds
from .pictures import HELD_OUT, PATCH


@dataclass(frozen=True)
class Task:
    name: str  # of the plugin
    prompt: str
    drawer: ModuleType  # LABELS, TOKEN_LABELS, STAGES, TESTS, sample
    report: Callable  # figures of (prediction, reference) pairs
    figure: str  # the one that counts


TASKS = {
    "table": Task("table", "table", tables, teds.report, "teds"),
    "molecule": Task("molecule", "molecule", depictions, molecules.report, "exact"),
    "music": Task("music", "music", staves, melodies.report, "exact"),
    "radiography": Task("radiography", "radiography", phantoms, phantoms.report, "label_f1"),  # drawn phantoms only
}

# From how many images on (all tasks together), share of the steps by task and stage, held-out sets looked at.
_TABLE, _TEN, _SIXTEEN, _THIRTY = ("table", "224"), ("molecule", "10"), ("molecule", "16"), ("molecule", "30")
_MUSIC, _PHANTOM = ("music", "224"), ("radiography", "224")
MIXTURE = [
    (0, {("molecule", "112"): 0.85, ("table", "224"): 0.15}, [_TABLE, ("molecule", "112")]),
    (60_000, {("molecule", "112"): 0.3, ("molecule", "160"): 0.25, ("molecule", "224"): 0.2, ("table", "224"): 0.19,
              ("radiography", "112"): 0.06}, [_TABLE, ("molecule", "112"), _TEN, ("radiography", "112")]),
    (110_000, {("molecule", "160"): 0.2, ("molecule", "224"): 0.2, ("molecule", "224-16"): 0.15, ("table", "224"): 0.2,
               ("radiography", "112"): 0.05, ("music", "strip"): 0.2}, [_TABLE, _TEN, _SIXTEEN, _MUSIC, ("radiography", "112")]),
    (200_000, {("molecule", "224"): 0.2, ("molecule", "224-16"): 0.25, ("table", "224"): 0.2, ("radiography", "224"): 0.05,
               ("music", "strip"): 0.15, ("music", "strip-3"): 0.15}, [_TABLE, _TEN, _SIXTEEN, _MUSIC, _PHANTOM]),
    (350_000, {("molecule", "224-16"): 0.2, ("molecule", "224-30"): 0.25, ("table", "224"): 0.2, ("radiography", "224"): 0.05,
               ("music", "strip-3"): 0.1, ("music", "224"): 0.2}, [_TABLE, _TEN, _SIXTEEN, _THIRTY, _MUSIC, _PHANTOM]),
]


def mixture(images: int):
    return [m for m in MIXTURE if images >= m[0]][-1]


def size(domain) -> tuple:
    """Height and width of the pictures of a stage, in pixels."""
    return (domain.side, domain.side) if hasattr(domain, "side") else (domain.height, domain.width)


def places(task: str, stage: str, grid: int) -> tuple:
    """Rows and columns of the position grid at which a picture of the stage may begin, as two ranges."""
    drawer = TASKS[task].drawer
    domain = drawer.STAGES[stage]
    if hasattr(drawer, "offset"):
        return tuple((n, n) for n in drawer.offset(domain))
    return tuple((0, grid - n // PATCH) for n in size(domain))


def held_out(task: str, test: str, count: int, first: int = 0, keep_source: bool = False):
    drawer = TASKS[task].drawer
    return [drawer.sample(HELD_OUT + first + i, drawer.TESTS[test], keep_source) for i in range(count)]
