"""Runs our side and stockpyl's, prints the table of RESULTS.md, and ends with 1 if a target is missed."""
import json
import statistics
import subprocess
import sys
import time

from scipy.stats import poisson
from stockpyl.sim import simulation
from stockpyl.supply_chain_network import serial_system, single_stage_system

TARGETS = {"fixed": 200e6, "random": 50e6}  # item-days a second and core
PERIODS = 5000
RUNS = 5


def ours(*arguments):
    output = subprocess.run([sys.argv[1], *arguments], check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def single_stage():
    # Its lead time counts the period of the order, ours the full periods between: 3 is 2 here.
    return single_stage_system(holding_cost=0.18, stockout_cost=0.70, demand_type="P", mean=20, policy_type="BS",
                               base_stock_level=66, shipment_lead_time=3)


def tree_of_three():
    return serial_system(num_nodes=3, node_order_in_system=[3, 2, 1], local_holding_cost={1: 7, 2: 4, 3: 2},
                         shipment_lead_time={1: 1, 2: 1, 3: 2}, stockout_cost={1: 37.12, 2: 0, 3: 0}, demand_type="N",
                         mean=5, standard_deviation=1, policy_type="BS", base_stock_level={1: 6.514, 2: 5.498, 3: 10.688})


def peer(make, nodes):
    """Item-days a CPU second and the cost of a period, by run."""
    speeds, costs = [], []
    for run in range(RUNS):
        network = make()
        begin = time.process_time()
        cost = simulation(network, PERIODS, rand_seed=run, progress_bar=False, consistency_checks="N")
        speeds.append(nodes * PERIODS / (time.process_time() - begin))
        costs.append(cost / PERIODS)
    return max(speeds), costs


def main():
    print("| case | item-days a second | times stockpyl | demand read, GB/s | of triad | of reading alone |\n|---|---|---|---|---|---|")
    peer_speed, peer_costs = peer(single_stage, 1)
    serial_speed, _ = peer(tree_of_three, 3)
    print(f"| stockpyl, one place | {peer_speed:,.0f} | 1 | | | |\n| stockpyl, three in series | {serial_speed:,.0f} | | | | |")
    results = ours("speed")
    triad = next(r["bytes_per_second"] for r in results if r["case"] == "triad")
    read = next(r["bytes_per_second"] for r in results if r["case"] == "read")
    print(f"| memory: triad | | | {triad / 1e9:.1f} | 100 % | |\n| memory: reading the demand | | | {read / 1e9:.1f} | | 100 % |")
    missed = []
    for r in results:
        if "per_second" not in r:
            continue
        used = r["bytes_per_second"]
        print(f"| {r['case']} | {r['per_second'] / 1e6:,.0f} million | {r['per_second'] / peer_speed:,.0f} | {used / 1e9:.2f} | "
              f"{100 * used / triad:.0f} % | {100 * used / read:.0f} % |")
        if r["per_second"] < TARGETS[r["case"].split(":")[0]]:
            missed.append(r["case"])
    (cost,) = ours("cost", "5000")
    error = statistics.stdev(peer_costs) / len(peer_costs) ** 0.5
    mean = statistics.mean(peer_costs)
    exact = sum(poisson.pmf(d, 60) * (0.18 * max(66 - d, 0) + 0.70 * max(d - 66, 0)) for d in range(300))
    print(f"\nA base stock of 66 for Poisson(20) demand and three periods: {cost['cost']:.4f} a period here, {mean:.4f} by stockpyl "
          f"(standard error {error:.4f}), {exact:.4f} by the formula.")
    if abs(cost["cost"] - exact) > 0.002 * exact or abs(mean - exact) > 4 * error:
        missed.append("the cost")
    print(f"\nTargets: {TARGETS['fixed'] / 1e6:.0f} million with fixed, {TARGETS['random'] / 1e6:.0f} million with random lead "
          f"times: {'missed by ' + ', '.join(missed) if missed else 'met by all'}.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
