"""The A/A control of micro benchmarks: two processes of one runtime in each block, the one over the
other.  What differs there is no difference."""

from . import micro, signed_rank


def rows(lines, manifest):
    """One for each benchmark of the base runtime, estimated over blocks."""
    first = micro.measured(lines, manifest["micros"])
    again = micro.measured(lines, manifest["micros"], again=True)
    found = []
    for (runtime, name, threads), blocks in again.items():
        whole = first.get((runtime, name, threads), {})
        estimate = signed_rank.ratio(_times(blocks), _times(whole))
        if estimate is not None:
            row = {"runtime": runtime, "name": name, "threads": threads}
            found.append({**row, **_told(estimate)})
    return sorted(found, key=micro.position(manifest))


def _times(blocks):
    return {block: sample["ns"] for block, sample in blocks.items()}


def _told(estimate):
    return {
        "ratio": estimate.middle,
        "low": estimate.low,
        "high": estimate.high,
        "bounds": estimate.bounds,
        "blocks": estimate.count,
    }
