"""`python -m tests.lsp.ranking`: prints the evaluation, with the cases that are not first."""

from __future__ import annotations

from tests.lsp.ranking.evaluation import cases, mean_reciprocal_rank


def main() -> None:
    ranks = {case: case.rank() for case in cases()}
    for kind in dict.fromkeys(case.kind for case in ranks):
        own = {case: rank for case, rank in ranks.items() if case.kind == kind}
        print(f"{kind:10} {len(own):3} cases  MRR {mean_reciprocal_rank(own):.3f}")
        for case, rank in own.items():
            if rank != 1:
                print(f"    {rank or 'absent':>6}  {case.text}  wanted {case.wanted}")
    print(f"{'all':10} {len(ranks):3} cases  MRR {mean_reciprocal_rank(ranks):.3f}")


main()
