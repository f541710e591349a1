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
    paper: bool = True  # whether blank patches are light paper that may be left out; a chest is dark and has none


TASKS = {
    "table": Task("table", "table", tables, teds.report, "teds"),
    "molecule": Task("molecule", "molecule", depictions, molecules.report, "exact"),
    "music": Task("music", "music", staves, melodies.report, "exact"),
    "radiography": Task("radiography", "radiography", phantoms, phantoms.report, "label_f1", paper=False),  # drawn phantoms only
}

_TABLE, _TEN, _SIXTEEN, _THIRTY = ("table", "224"), ("molecule", "10"), ("molecule", "16"), ("molecule", "30")
_PIANO = ("music", "two")
_SMALL, _MUSIC, _CHEST, _PHANTOM = ("molecule", "112"), ("music", "224"), ("radiography", "112"), ("radiography", "224")


@dataclass(frozen=True)
class Recipe:
    """How one checkpoint is trained: side of its picture, images in all, what it learns, and its stretches: from how
    many images on, share of the steps by task and stage, held-out sets looked at."""

    side: int
    images: int
    tasks: tuple
    stretches: list


RECIPES = {
    "all": Recipe(224, 4_000_000, tuple(TASKS), [
        (0, {_SMALL: 0.8, _TABLE: 0.2}, [_TABLE, _SMALL]),
        (100_000, {_SMALL: 0.3, ("molecule", "160"): 0.25, ("molecule", "224"): 0.2, _TABLE: 0.19, _CHEST: 0.06},
         [_TABLE, _SMALL, _TEN, _CHEST]),
        (200_000, {("molecule", "160"): 0.2, ("molecule", "224"): 0.2, ("molecule", "224-16"): 0.15, _TABLE: 0.2, _CHEST: 0.05,
                   ("music", "strip"): 0.2}, [_TABLE, _TEN, _SIXTEEN, _MUSIC, _CHEST]),
        (400_000, {("molecule", "224"): 0.2, ("molecule", "224-16"): 0.25, _TABLE: 0.2, _PHANTOM: 0.05, ("music", "strip"): 0.15,
                   ("music", "strip-3"): 0.15}, [_TABLE, _TEN, _SIXTEEN, _MUSIC, _PHANTOM]),
        (800_000, {("molecule", "224-16"): 0.2, ("molecule", "224-30"): 0.25, _TABLE: 0.2, _PHANTOM: 0.05, ("music", "strip-3"): 0.1,
                   _MUSIC: 0.2}, [_TABLE, _TEN, _SIXTEEN, _THIRTY, _MUSIC, _PHANTOM]),
    ]),
    "table": Recipe(224, 150_000, ("table",), [
        (0, {("table", "112"): 1.0}, [_TABLE]), (15_000, {("table", "160"): 0.6, _TABLE: 0.4}, [_TABLE]), (35_000, {_TABLE: 1.0}, [_TABLE])]),
    "molecule": Recipe(112, 250_000, ("molecule",), [(0, {_SMALL: 1.0}, [_SMALL])]),
    "molecule-16": Recipe(160, 400_000, ("molecule",), [(0, {("molecule", "160-16"): 1.0}, [("molecule", "160")])]),
    "music": Recipe(224, 250_000, ("music",), [
        (0, {("music", "strip"): 1.0}, [_MUSIC]),
        (60_000, {("music", "strip"): 0.4, ("music", "strip-3"): 0.4, _MUSIC: 0.2}, [_MUSIC]),
        (150_000, {("music", "strip-3"): 0.3, _MUSIC: 0.7}, [_MUSIC])]),
    "music-2": Recipe(224, 300_000, ("music",), [
        (0, {("music", "two"): 0.8, ("music", "strip-3"): 0.2}, [_PIANO]),
        (20_000, {("music", "two-2"): 0.65, ("music", "224-2"): 0.1, ("music", "strip-3"): 0.15, _MUSIC: 0.1}, [_PIANO, _MUSIC])]),
    "radiography": Recipe(112, 40_000, ("radiography",), [(0, {_CHEST: 1.0}, [_CHEST])]),
}


def mixture(recipe: str, images: int):
    """The stretch that the recipe is in after that many images."""
    return [m for m in RECIPES[recipe].stretches if images >= m[0]][-1]


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


def last_test(task: str, side: int) -> str:
    """The hardest held-out set of a task whose pictures have that width."""
    tests = TASKS[task].drawer.TESTS
    return [t for t, domain in tests.items() if size(domain)[1] == side][-1]


def held_out(task: str, test: str, count: int, first: int = 0, keep_source: bool = False):
    drawer = TASKS[task].drawer
    return [drawer.sample(HELD_OUT + first + i, drawer.TESTS[test], keep_source) for i in range(count)]
