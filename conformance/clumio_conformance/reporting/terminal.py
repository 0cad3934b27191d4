"""What a person reads at the end of a run."""

from collections import Counter

from clumio_conformance.result import Result


def summary(result: Result) -> str:
    """Write the outcome of each requirement, and of the run."""
    lines = [
        f"{row.requirement.id:<15} {row.requirement.level:<9} {row.outcome:<10} {row.reason}"
        for row in result.rows
        if row.outcome != "conforms"
    ]
    counts = Counter(row.outcome for row in result.rows)
    lines.append(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))
    lines += [f"error: {error}" for error in result.errors]
    if result.inconclusive:
        lines.append(f"inconclusive: {result.inconclusive}")
    return "\n".join(lines)
