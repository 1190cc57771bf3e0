"""Order 300 and 30,000 items under one budget, and under a budget and the rooms of their stores, beside scipy's HiGHS.

    python compare.py portfolio_ours

The peer gets one column a step (a pack; the first of an item with a minimum is that many packs) and one row, the budget. Its
linear programme must give our bound, its integer programme nothing above it. Steps of an item never gain, so no row is
needed to order them in the linear programme; the integer one has a row for each later step of an item with a minimum, and
LIMIT seconds
(HiGHS overruns it), and is left out for the many items. Times are CPU seconds; ours the best of five turns.
"""
import json
import subprocess
import sys
import tempfile
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack

LIMIT = 20
MANY = 30_000


def steps_of(folder: str):
    """Reward and resource of each worthwhile step, rows (later, first) of the items with a minimum, and the item of each step."""
    rewards, cost = np.fromfile(f"{folder}/rewards.f64"), np.fromfile(f"{folder}/cost.f64")
    offsets, least = np.fromfile(f"{folder}/offsets.u64", np.uint64).astype(int), np.fromfile(f"{folder}/least.i32", np.int32)
    gain, resource, rows, item = [], [], [], []
    for i in range(len(cost)):
        of_item = rewards[offsets[i]:offsets[i + 1]]
        first = max(1, least[i])
        steps = [of_item[:first].sum(), *of_item[first:]] if len(of_item) else []
        start = len(gain)
        for k, step in enumerate(steps):
            if step <= 0:
                break
            gain.append(step)
            item.append(i)
            resource.append(cost[i] * (first if k == 0 else 1))
            if k > 0 and first > 1:
                rows.append((len(gain) - 1, start))
    return np.array(gain), np.array(resource), rows, np.array(item)


def linear(gain, resource, budget):
    start = time.process_time()
    found = linprog(-gain, A_ub=csr_array(resource[None, :]), b_ub=[budget], bounds=(0, 1), method="highs-ipm",
                    options={"time_limit": LIMIT})
    return (-found.fun if found.status == 0 else None), time.process_time() - start


def integer(gain, resource, rows, budget):
    later, first = np.array(rows).T
    n = np.arange(len(rows))
    in_order = coo_array((np.r_[np.ones(len(rows)), -np.ones(len(rows))], (np.r_[n, n], np.r_[later, first])),
                         shape=(len(rows), len(gain)))
    start = time.process_time()
    found = milp(-gain, integrality=np.ones(len(gain)), bounds=Bounds(0, 1), options={"time_limit": LIMIT, "mip_rel_gap": 0},
                 constraints=LinearConstraint(vstack([csr_array(resource[None, :]), in_order]),
                                              ub=np.r_[budget, np.zeros(len(rows))]))
    return (-found.fun if found.x is not None else None), found.status == 0, time.process_time() - start


def compare(n_items: int, share: float, beside_peer: bool) -> int:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.argv[1], str(n_items), str(share), folder], check=True, stdout=subprocess.PIPE, text=True)
        ours = json.loads(done.stdout)
        gain, resource, rows, _ = steps_of(folder)
        spent = (np.fromfile(f"{folder}/packs.i32", np.int32) * np.fromfile(f"{folder}/cost.f64")).sum()
    worst = int(spent > ours["budget"] * (1 + 1e-12))
    name = f"| {n_items:,} | {len(gain):,} | {100 * share:.0f} |"
    bound = ours["bound"]
    print(f"{name} ours (and rewards along 200 paths: {ours['rewards_cpu']:.2f} s) | {ours['cpu']:.4f} | {ours['reward']:.4f} | "
          f"{ours['gap']:.1e} |", flush=True)
    if not beside_peer:
        return worst
    optimum, seconds = linear(gain, resource, ours["budget"])
    if optimum is None:
        print(f"{name} HiGHS, linear | {seconds:.1f} | none in {LIMIT} s | |", flush=True)
    else:
        worst |= int(abs(optimum - bound) > 1e-7 * bound)
        print(f"{name} HiGHS, linear | {seconds:.2f} | {optimum:.4f} | {(bound - optimum) / bound:.0e} |", flush=True)
    if n_items >= MANY:
        return worst
    optimum, proven, seconds = integer(gain, resource, rows, ours["budget"])
    if optimum is None:
        print(f"{name} HiGHS, integer | {seconds:.1f} | none in {LIMIT} s | |", flush=True)
    else:
        worst |= int(optimum > bound * (1 + 1e-8))
        print(f"{name} HiGHS, integer, {'proven' if proven else f'stopped after {LIMIT} s'} | {seconds:.1f} | {optimum:.4f} | "
              f"{(bound - optimum) / bound:.1e} |", flush=True)
    return worst


def compare_limits(n_items: int, share: float, stores: int) -> int:
    """A budget, and a room of each store: ours beside the linear programme, which has a row for each."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.argv[1], str(n_items), str(share), folder, str(stores)], check=True, stdout=subprocess.PIPE, text=True)
        ours = json.loads(done.stdout)
        gain, resource, _, item = steps_of(folder)
        cost, room, rooms = (np.fromfile(f"{folder}/{name}.f64") for name in ("cost", "room", "rooms"))
        packs = np.fromfile(f"{folder}/packs.i32", np.int32)
    store = np.arange(n_items) % stores
    worst = int((packs * cost).sum() > ours["budget"] * (1 + 1e-12) or
                (np.bincount(store, packs * room, stores) > rooms * (1 + 1e-12)).any())
    columns = np.arange(len(gain))
    rows_of = coo_array((np.r_[resource, resource / cost[item] * room[item]],
                         (np.r_[np.zeros(len(gain), int), 1 + store[item]], np.r_[columns, columns])), shape=(stores + 1, len(gain)))
    start = time.process_time()
    found = linprog(-gain, A_ub=csr_array(rows_of), b_ub=np.r_[ours["budget"], rooms], bounds=(0, 1), method="highs-ipm",
                    options={"time_limit": LIMIT, "presolve": False})
    seconds = time.process_time() - start
    name = f"| {n_items:,} | {len(gain):,} | {100 * share:.0f} and {stores} rooms |"
    bound = ours["bound"]
    how = ours["method"] + (", proven" if ours["proven"] else "")
    print(f"{name} ours: {how} | {ours['cpu']:.2f} | {ours['reward']:.4f} | {ours['gap']:.1e} |", flush=True)
    if found.status != 0:
        print(f"{name} HiGHS, linear | {seconds:.1f} | none in {LIMIT} s | |", flush=True)
        return worst
    print(f"{name} HiGHS, linear | {seconds:.2f} | {-found.fun:.4f} | {(bound + found.fun) / bound:.0e} |", flush=True)
    return worst | int(abs(bound + found.fun) > 1e-6 * bound)


def main() -> int:
    print("| items | steps | budget, % of what all cost | side | CPU s | reward | gap to our LP bound |\n|---|---|---|---|---|---|---|")
    worst = max(compare(n, share, n < MANY or share == 0.5) for n in (300, MANY) for share in (0.1, 0.5, 0.9))
    return max(worst, *(compare_limits(n, 0.5, stores) for n, stores in ((300, 5), (MANY, 50))))


sys.exit(main())
