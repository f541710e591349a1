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
    """Matrices of one shape are stepped together as one batch. With several processes, each makes its share of the
    matrices orthogonal and they exchange the results: on a CPU that is a fifth of the step otherwise."""

    def __init__(self, params, lr=0.01, momentum=0.95, decay=0.01, kind=torch.bfloat16, rank=0, ranks=1):
        self.kind, self.rank, self.ranks = kind, rank, ranks
        super().__init__(params, dict(lr=lr, momentum=momentum, decay=decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes = {}
            for p in group["params"]:
                if p.grad is not None:
                    shapes.setdefault((p.shape[0], p[0].numel()), []).append(p)
            updates = {shape: self.orthogonal(params, shape, group["momentum"]) for shape, params in shapes.items()}
            if self.ranks > 1:
                self.exchange(list(updates.values()))
            for (rows, cols), params in shapes.items():
                scale = max(1.0, rows / cols) ** 0.5 * group["lr"]
                for p, u in zip(params, updates[rows, cols]):
                    p.mul_(1 - group["lr"] * group["decay"])
                    p.add_(u.view_as(p), alpha=-scale)

    def orthogonal(self, params, shape, momentum):
        """The updates of the matrices of one shape [k, m, n]; zeros where another process computes them."""
        own = range(len(params)) if self.ranks == 1 else range(self.rank, len(params), self.ranks)
        out, mine = torch.zeros(len(params), *shape, device=params[0].device), []
        for p in params:
            state = self.state[p]
            if "m" not in state:
                state["m"] = torch.zeros_like(p)
            state["m"].lerp_(p.grad, 1 - momentum)
        for i in own:
            mine.append(params[i].grad.lerp(self.state[params[i]]["m"], momentum).view(shape))
        if mine:
            out[list(own)] = orthogonal(torch.stack(mine), kind=self.kind)
        return out

    def exchange(self, updates):
        flat = torch.cat([u.reshape(-1) for u in updates])
        torch.distributed.all_reduce(flat)
        for u, part in zip(updates, flat.split([u.numel() for u in updates])):
            u.copy_(part.view_as(u))
