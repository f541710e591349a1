"""The tasks of the mixture: their prompts, generators, held-out figures, and what each stretch of training sees."""

from dataclasses import dataclass
from types import ModuleType
from typing import Callable

from . import depictions, molecules, tables, teds
from .pictures import HELD_OUT


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
}

# From how many images on (all tasks together), share of the steps by task and stage, held-out sets looked at.
MIXTURE = [
    (0, {("molecule", "112"): 0.85, ("table", "224"): 0.15}, [("table", "224"), ("molecule", "112")]),
    (120_000, {("molecule", "112"): 0.3, ("molecule", "160"): 0.3, ("molecule", "224"): 0.2, ("table", "224"): 0.2},
     [("table", "224"), ("molecule", "10")]),
    (180_000, {("molecule", "160"): 0.1, ("molecule", "224"): 0.4, ("molecule", "224-16"): 0.3, ("table", "224"): 0.2},
     [("table", "224"), ("molecule", "10"), ("molecule", "16")]),
]


def mixture(images: int):
    return [m for m in MIXTURE if images >= m[0]][-1]


def size(domain) -> tuple:
    """Height and width of the pictures of a stage, in pixels."""
    return (domain.side, domain.side) if hasattr(domain, "side") else (domain.height, domain.width)


def held_out(task: str, test: str, count: int, first: int = 0, keep_source: bool = False):
    drawer = TASKS[task].drawer
    return [drawer.sample(HELD_OUT + first + i, drawer.TESTS[test], keep_source) for i in range(count)]
