"""Inventory models beside stockpyl: optimal values on random instances, and CPU seconds.

    compare.py LIBRARY [--record]
"""
import multiprocessing
import random
import resource
import sys
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

from stockpyl.finite_horizon import finite_horizon_dp
from stockpyl.gsm_tree import optimize_committed_service_times, preprocess_tree
from stockpyl.instances import load_instance
from stockpyl.newsvendor import newsvendor_poisson
from stockpyl.rq import r_q_poisson_exact
from stockpyl.ss import s_s_discrete_exact
from stockpyl.ssm_serial import optimize_base_stock_levels
from stockpyl.supply_chain_network import network_from_edges
from stockpyl.supply_uncertainty import eoq_with_disruptions
from stockpyl.wagner_whitin import wagner_whitin

from ours import Ours

PEER_SECONDS_MAX = 900  # of wall time, for one large tree
sys.setrecursionlimit(100_000)
lines = []


def say(line=""):
    print(line, flush=True)
    lines.append(line)


def cpu(function, turns):
    """The function's result and its least CPU seconds of some turns."""
    least = float("inf")
    for _ in range(turns):
        start = time.process_time()
        result = function()
        least = min(least, time.process_time() - start)
    return result, least


def random_tree(n, seed, time_max=5):
    """Each stage hangs at an earlier one, as its supplier or its customer; customers' demand at the ends."""
    draw = random.Random(seed)
    arcs, supplies, supplied = [], [False] * n, [False] * n
    for k in range(1, n):
        other = draw.randrange(k)
        a, b = (other, k) if draw.random() < 0.5 else (k, other)
        arcs.append((a, b))
        supplies[a] = supplied[b] = True
    return {
        "time": [draw.randint(1, time_max) for _ in range(n)],
        "holding": [0.1 + 5 * draw.random() for _ in range(n)],
        "sd": [0 if supplies[k] else 1 + 10 * draw.random() for k in range(n)],
        "outbound": [None if supplies[k] else draw.randint(0, 2) for k in range(n)],
        "inbound": [None if supplied[k] else draw.randint(0, 2) for k in range(n)],
        "arcs": arcs,
    }


def peer_tree(tree):
    sd = tree["sd"]
    network = network_from_edges(
        edges=tree["arcs"], node_order_in_lists=list(range(len(sd))), processing_time=tree["time"],
        local_holding_cost=tree["holding"], external_inbound_cst=tree["inbound"],
        external_outbound_cst=tree["outbound"], demand_bound_constant=[1] * len(sd),
        demand_type=["N" if x else None for x in sd], mean=[0 if x else None for x in sd],
        standard_deviation=[x or None for x in sd])
    return optimize_committed_service_times(preprocess_tree(network))


def peer_serial(holding, lead_time, stockout, mean, sd):
    n = len(holding)
    order = list(range(1, n + 1))
    levels, cost = optimize_base_stock_levels(
        num_nodes=n, echelon_holding_cost=holding[::-1], lead_time=lead_time[::-1], stockout_cost=stockout,
        demand_mean=mean, demand_standard_deviation=sd, node_order_in_system=order[::-1], node_order_in_lists=order)[:2]
    return [levels[k] for k in reversed(order)], cost


def agreement(ours):
    draw = random.Random(1)
    cases = {
        "guaranteed service, trees of 2 to 25 stages": [
            (lambda t=random_tree(2 + seed % 24, seed): ours.guaranteed_service(t)[1],
             lambda t=random_tree(2 + seed % 24, seed): peer_tree(t)[1]) for seed in range(40)],
    }

    def add(name, count, make):
        cases[name] = [make() for _ in range(count)]

    def ss():
        a = (draw.uniform(1, 200), draw.uniform(0.2, 3), draw.uniform(3, 40), draw.uniform(1, 30))
        return (lambda: ours.reorder_up_to(*a)[1], lambda: s_s_discrete_exact(a[1], a[2], a[0], True, a[3])[2])

    def rq():
        a = (draw.uniform(1, 200), draw.uniform(0.2, 20), draw.uniform(20, 200), draw.uniform(0.5, 20), draw.randint(1, 4))
        return (lambda: ours.reorder_quantity(*a)[1], lambda: r_q_poisson_exact(a[1], a[2], a[0], a[3], a[4])[2])

    def ww():
        demand = [draw.randint(1, 99) for _ in range(draw.randint(2, 60))]
        fixed, holding = draw.uniform(10, 900), draw.uniform(0.1, 3)
        return (lambda: ours.wagner_whitin(demand, fixed, holding)[1],
                lambda: wagner_whitin(len(demand), holding, fixed, demand)[1])

    def news():
        a = (draw.uniform(0.1, 3), draw.uniform(1, 50), draw.uniform(0.5, 60))
        return (lambda: ours.newsvendor(*a)[1], lambda: newsvendor_poisson(*a)[1])

    def down():
        a = (draw.uniform(5, 50), draw.uniform(0.1, 0.5), draw.uniform(3, 9), draw.uniform(500, 3000), draw.uniform(0.2, 3),
             draw.uniform(5, 30))
        return (lambda: ours.eoq_disruptions(*a)[1], lambda: eoq_with_disruptions(*a)[1])

    def horizon():
        a = (draw.uniform(0.5, 2), draw.uniform(5, 30), draw.uniform(0, 3), draw.uniform(5, 80), draw.randint(40, 60),
             draw.randint(5, 12))
        return (lambda: ours.finite_horizon(4, *a, 4)[1],
                lambda: finite_horizon_dp(4, a[0], a[1], a[0], a[1], a[2], a[3], a[4], a[5])[2])

    def serial():
        a = ([draw.randint(1, 4) for _ in range(3)], [draw.randint(1, 2) for _ in range(3)], draw.uniform(10, 60),
             draw.randint(8, 20), draw.uniform(1, 2))
        return (lambda: ours.serial(*a)[1], lambda: peer_serial(*a)[1])

    add("(s, S) exact, Poisson", 30, ss)
    add("(r, Q) exact, Poisson", 30, rq)
    add("Wagner-Whitin, 2 to 60 periods", 30, ww)
    add("newsvendor, Poisson", 30, news)
    add("EOQ with disruptions", 30, down)
    add("finite horizon, normal, 4 periods", 5, horizon)
    add("serial system, 3 stages, normal", 5, serial)
    say("| optimal cost of | instances | ours / peer - 1, least | largest |")
    say("|---|---|---|---|")
    good = True
    for name, pairs in cases.items():
        ratios = [mine() / peer() - 1 for mine, peer in pairs]
        # The serial system is tabled on grids on both sides; all else is exact to rounding or to a search's tolerance.
        good &= max(abs(r) for r in ratios) <= (1e-3 if name.startswith("serial") else 1e-6)
        say(f"| {name} | {len(pairs)} | {min(ratios):.1e} | {max(ratios):.1e} |")
    return good


def published(ours):
    """Networks of books and papers that the peer has by name, but for its solutions."""
    say("| network | stages | ours | peer |")
    say("|---|---|---|---|")
    good = True

    def row(name, stages, mine, peer, tolerance):
        nonlocal good
        good &= abs(mine / peer - 1) <= tolerance
        say(f"| {name} | {stages} | {mine:.6f} | {peer:.6f} |")

    for name in ("example_6_3", "example_6_5", "problem_6_7", "problem_6_8", "problem_6_9", "figure_6_14"):
        network = load_instance(name)
        nodes = network.nodes
        place = {node.index: k for k, node in enumerate(nodes)}
        tree = {
            "time": [node.processing_time for node in nodes],
            "holding": [float(node.local_holding_cost) for node in nodes],
            "sd": [node.demand_source.standard_deviation or 0 for node in nodes],
            "factor": [node.demand_bound_constant for node in nodes],
            "outbound": [node.external_outbound_cst for node in nodes],
            "inbound": [node.external_inbound_cst for node in nodes],
            "arcs": [(place[a], place[b]) for a, b in network.edges],
        }
        row(f"guaranteed service, {name}", len(nodes), ours.guaranteed_service(tree)[1],
            optimize_committed_service_times(preprocess_tree(network))[1], 1e-9)
    for name in ("shang_song_1", "shang_song_9", "shang_song_17", "shang_song_25"):
        network = load_instance(name)
        nodes = sorted(network.nodes, key=lambda node: -node.index)
        mine = ours.serial([node.echelon_holding_cost for node in nodes], [node.shipment_lead_time for node in nodes],
                           nodes[-1].stockout_cost, nodes[-1].demand_source.mean, 0)[1]
        row(f"serial system, {name}", len(nodes), mine, optimize_base_stock_levels(network=network)[1], 1e-3)
    return good


def peer_in_time(tree):
    """The peer on a large tree: its CPU seconds, and the cost or None if it was stopped."""
    def work(pipe):
        pipe.send(cpu(lambda: peer_tree(tree), 1))

    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=work, args=(sender,))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    process.start()
    result = receiver.recv() if receiver.poll(PEER_SECONDS_MAX) else None
    process.terminate()
    process.join()
    if result:
        (_, cost), seconds = result
        return seconds, cost
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, None


def speed(ours):
    say("| model | ours, CPU ms | peer, CPU ms | peer / ours |")
    say("|---|---|---|---|")

    agrees = True

    def row(name, mine, peer, turns=1, same_cost=False):
        nonlocal agrees
        result, seconds = cpu(mine, 20)
        peer_result, other = cpu(peer, turns) if peer else (None, None)
        if same_cost:
            agrees &= abs(result[1] / peer_result[1] - 1) < 1e-9
        say(f"| {name} | {seconds * 1e3:.3g} | {'' if other is None else f'{other * 1e3:.3g}'} | "
            f"{'' if other is None else f'{other / seconds:,.0f}'} |")

    for n in (100, 300):
        tree = random_tree(n, 1)
        row(f"guaranteed service, tree of {n} stages", lambda: ours.guaranteed_service(tree), lambda: peer_tree(tree),
            same_cost=True)
    tree = random_tree(1000, 1)
    (_, cost), seconds = cpu(lambda: ours.guaranteed_service(tree), 20)
    peer_seconds, peer_cost = peer_in_time(tree)
    agrees &= peer_cost is None or abs(cost / peer_cost - 1) < 1e-9
    stopped = "" if peer_cost else "not done after "
    say(f"| guaranteed service, tree of 1,000 stages | {seconds * 1e3:.3g} | {stopped}{peer_seconds * 1e3:.3g} | "
        f"{'' if peer_cost else '> '}{peer_seconds / seconds:,.0f} |")
    slow = random_tree(1000, 2, 50)
    row("guaranteed service, tree of 1,000 stages, times up to 50", lambda: ours.guaranteed_service(slow), None)
    for fixed in (5, 100, 2000):
        row(f"(s, S) exact, Poisson(20), h=1 p=4 K={fixed}", lambda: ours.reorder_up_to(fixed, 1, 4, 20),
            lambda: s_s_discrete_exact(1, 4, fixed, True, 20))
    row("(r, Q) exact, Poisson, example 5.8", lambda: ours.reorder_quantity(100, 20, 150, 1.5, 2),
        lambda: r_q_poisson_exact(20, 150, 100, 1.5, 2), 5)
    demand = [random.Random(3).randint(0, 99) + 1 for _ in range(200)]
    row("Wagner-Whitin, 200 periods", lambda: ours.wagner_whitin(demand, 500, 2),
        lambda: wagner_whitin(200, 2, 500, demand), 3)
    draw = random.Random(4)
    long = [draw.randint(0, 99) for _ in range(100_000)]
    row("Wagner-Whitin, 100,000 periods", lambda: ours.wagner_whitin(long, 500, 2), None)
    row("finite horizon, example T21", lambda: ours.finite_horizon(5, 1, 20, 2, 50, 100, 20, 4),
        lambda: finite_horizon_dp(5, 1, 20, 1, 20, 2, 50, 100, 20))
    row("serial system, example 6.1", lambda: ours.serial([2, 2, 3], [2, 1, 1], 37.12, 5, 1),
        lambda: peer_serial([2, 2, 3], [2, 1, 1], 37.12, 5, 1))
    return agrees


def main():
    ours = Ours(sys.argv[1])
    say("## The same optimal values")
    say()
    good = agreement(ours)
    say()
    say("## Networks of books and papers")
    say()
    good &= published(ours)
    say()
    say("## What they cost")
    say()
    good &= speed(ours)
    if "--record" in sys.argv:
        page = Path(__file__).with_name("RESULTS.md")
        head = page.read_text().split("## The same optimal values")[0]
        page.write_text(head + "\n".join(lines) + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
