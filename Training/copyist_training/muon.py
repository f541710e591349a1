"""Muon (momentum made orthogonal by Newton-Schulz steps) for the matrices, AdamW for everything else."""

import torch


def orthogonal(g: torch.Tensor, steps: int = 5, kind: torch.dtype = torch.bfloat16) -> torch.Tensor:
    """Batch of matrices [k, m, n] -> nearest semi-orthogonal ones, roughly (Keller Jordan's quintic), in `kind` arithmetic."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.to(kind)
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        y = x @ x.transpose(1, 2)
        x = a * x + (b * y + c * (y @ y)) @ x
    if tall:
        x = x.transpose(1, 2)
    return x.float()


class Muon(torch.optim.Optimizer):
    """Matrices of one shape are stepped together as one batch."""

    def __init__(self, params, lr=0.01, momentum=0.95, decay=0.01, kind=torch.bfloat16):
        self.kind = kind
        super().__init__(params, dict(lr=lr, momentum=momentum, decay=decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes = {}
            for p in group["params"]:
                if p.grad is not None:
                    shapes.setdefault((p.shape[0], p[0].numel()), []).append(p)
            for (rows, cols), params in shapes.items():
                updates = []
                for p in params:
                    state = self.state[p]
                    if "m" not in state:
                        state["m"] = torch.zeros_like(p)
                    m = state["m"]
                    m.lerp_(p.grad, 1 - group["momentum"])
                    updates.append(p.grad.lerp(m, group["momentum"]).view(rows, cols))
                o = orthogonal(torch.stack(updates), kind=self.kind)
                scale = max(1.0, rows / cols) ** 0.5 * group["lr"]
                for p, u in zip(params, o):
                    p.mul_(1 - group["lr"] * group["decay"])
                    p.add_(u.view_as(p), alpha=-scale)
