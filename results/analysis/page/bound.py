"""What a lower bound over all workloads was made of: the runtime and, beside it, what was fastest there."""

from . import subject


def subjects(overhead, runtime, threads):
    found = []
    for row in (overhead or {}).get("rows") or []:
        told = row["over"].get("ideal") or {}
        what = (row["runtime"], row["threads"], row["heap"])
        if what == (runtime, threads, None) and not row.get("control"):
            if told.get("ratio") is not None:
                of = subject.of(row)
                found += [of, of.of(told["floor"])]
    return tuple(dict.fromkeys(found))
