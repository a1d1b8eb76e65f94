"""Where labels go that want to be at the same place: as near as may be to where they belong, in order,
none over another.

Least squares under an order (Ayer and others, An empirical distribution function for sampling with
incomplete information, 1955): what is too near its neighbour is pooled with it, and a pool is where the
mean of its members would be.
"""


def apart(wanted, gap, low, high):
    """Places for these wanted ones, at least `gap` from each other and from low to high; more than
    fit there stick out on both sides alike."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    shifted = [wanted[i] - rank * gap for rank, i in enumerate(order)]
    room = (high - low) - gap * (len(wanted) - 1)
    floor, ceiling = (low, low + room) if room >= 0 else (low + room / 2,) * 2
    found = [0.0] * len(wanted)
    for rank, (i, place) in enumerate(zip(order, _ascending(shifted))):
        found[i] = min(max(place, floor), ceiling) + rank * gap
    return found


def _ascending(values):
    """The nearest values that never descend."""
    pools = []  # (sum, how many)
    for value in values:
        pools.append((value, 1))
        while len(pools) > 1 and _mean(pools[-2]) > _mean(pools[-1]):
            last, before = pools.pop(), pools.pop()
            pools.append((last[0] + before[0], last[1] + before[1]))
    return [_mean(pool) for pool in pools for _ in range(pool[1])]


def _mean(pool):
    return pool[0] / pool[1]
