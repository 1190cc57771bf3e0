#include "science/inventory/supplier_choice.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/domain/period_words.h"
#include "science/inventory/order_slots.h"
#include "science/inventory/stock_projection.h"

namespace restock {
namespace {

/// One offer with the luck of its deliveries.
struct Lane {
  const SeriesSupply& terms;
  double premium = 0;  ///< Per unit, over the cheapest offer; 0 for all where one is unknown.
  /// By slot, n_paths each; later orders arrive no sooner than those before.
  std::vector<std::vector<int32_t>> arrivals;
};

/// Units of a quicker supplier until an order of another can be there.
struct Bridge {
  size_t quick = 0;
  double quantity = 0;  ///< Ordered today.
  double level = 0;     ///< Position after an order of it, without that of the slower supplier.
};

/// One way to supply the series.
struct Way {
  size_t main = 0;
  double quantity = 0;  ///< Ordered today from `main`.
  std::optional<Bridge> bridge;
  double level = 0;  ///< Position after an order of `main`.
  double cost = 0;

  [[nodiscard]] double bridged() const { return bridge ? bridge->quantity : 0; }
};

/// Stock and sales of one path, period by period.
struct Shelf {
  double stock = 0;
  double held = 0;
  double lost = 0;
  double sold = 0;

  void live(double arriving, double demand) {
    stock += arriving;
    const double served = std::min(stock, demand);
    stock -= served;
    sold += served;
    lost += demand - served;
    held += stock;
  }
};

class Comparison {
 public:
  Comparison(const SeriesPaths& paths, std::span<const SeriesSupply> offers,
             const PlanParameters& parameters)
      : paths_(paths), parameters_(parameters) {
    const auto cheaper = [](const SeriesSupply& a, const SeriesSupply& b) {
      return a.unit_cost < b.unit_cost;
    };
    const double cheapest = std::min_element(offers.begin(), offers.end(), cheaper)->unit_cost;
    lanes_.reserve(offers.size());
    for (const SeriesSupply& offer : offers) {
      span_ = std::max(span_, offer.lead_time + offer.review_period);
      // An unknown cost is 0, and so is then the cheapest.
      Lane lane{offer, cheapest > 0 ? offer.unit_cost - cheapest : 0, {}};
      lane.arrivals.reserve(offer.slots.size());
      for (size_t slot = 0; slot < offer.slots.size(); ++slot) {
        lane.arrivals.push_back(
            drawn_arrivals(offer, slot, paths.n_paths(),
                           slot == 0 ? std::span<const int32_t>{} : lane.arrivals.back()));
      }
      lanes_.push_back(std::move(lane));
    }
    open_.assign(static_cast<size_t>(span_) + 1, 0);
    position_ = usable_stock(offers[0]);
    for (const OpenOrder& order : offers[0].open_orders) {
      position_ += order.quantity;
      const int32_t k = std::max(1, order.arrives_in);
      if (k <= span_) open_[static_cast<size_t>(k)] += order.quantity;
    }
  }

  [[nodiscard]] int32_t span() const { return span_; }

  /// What to order from offer `main`, with units of another on the way where there is a bridge.
  [[nodiscard]] Way way(size_t main, std::optional<Bridge> bridge) const {
    Way out{.main = main, .bridge = bridge};
    SeriesSupply supply = lanes_[main].terms;
    if (bridge)
      supply.open_orders.push_back({lanes_[bridge->quick].terms.lead_time + 1, bridge->quantity});
    const double need = needed_units(StockProjection(paths_, supply), parameters_);
    if (orders_at_origin(supply)) out.quantity = order_quantity(need, supply, parameters_.rounding);
    out.level = position_ + out.bridged() + need - mean_sold(out, supply.slots[0].ordered_in);
    out.cost = cost(out);
    return out;
  }

  /// The units of `quick` that pay until an order of `slow` can be there, or the next one of
  /// `quick`, in its packs; none if there are none.
  [[nodiscard]] std::optional<Bridge> bridge(size_t quick, size_t slow) const {
    const Lane& from = lanes_[quick];
    const Lane& to = lanes_[slow];
    const double premium = from.premium - to.premium;
    if (parameters_.service_level > 0 || premium <= 0 || !orders_at_origin(from.terms))
      return std::nullopt;
    std::vector<int32_t> end = to.arrivals[0];
    for (size_t p = 0; p < end.size(); ++p)
      end[p] = std::clamp(end[p], from.arrivals[0][p], from.arrivals[1][p]);
    const StockProjection projection(paths_, from.terms, from.arrivals[0], std::move(end));
    // What is left when the slow order is there replaces units of it; what is left when the next
    // quick one is there replaces units as dear, so that the premium is paid for what is sold only.
    PlanParameters deciding = parameters_;
    deciding.critical_ratio = 0;
    deciding.shortage_cost = deciding_shortage_cost(parameters_);
    const bool goes_on =
        from.terms.slots[1].arrives_in.front() < to.terms.slots[0].arrives_in.front();
    if (goes_on) deciding.shortage_cost = std::max(0.0, deciding.shortage_cost - premium);
    const double need = needed_units(projection, deciding, goes_on ? 0 : premium);
    const double quantity = order_quantity(need, from.terms, parameters_.rounding);
    if (quantity <= 0) return std::nullopt;
    return Bridge{quick, quantity, position_ + need};
  }

 private:
  /// Mean units sold until the evening of `period`, before anything of `main` arrives.
  [[nodiscard]] double mean_sold(const Way& way, int32_t period) const {
    double sum = 0;
    for (size_t p = 0; p < paths_.n_paths() && period > 0; ++p) {
      Shelf shelf{usable_stock(lanes_[way.main].terms)};
      for (int32_t k = 1; k <= std::min(period, span_); ++k) {
        const bool bridged = way.bridge && lanes_[way.bridge->quick].arrivals[0][p] == k;
        shelf.live(open_[static_cast<size_t>(k)] + (bridged ? way.bridged() : 0), demand(p, k));
      }
      sum += shelf.sold;
    }
    return sum / static_cast<double>(paths_.n_paths());
  }

  [[nodiscard]] double demand(size_t path, int32_t k) const {
    return paths_.path(path)[static_cast<size_t>(k) - 1];
  }

  /// Expected over the span.
  [[nodiscard]] double cost(const Way& way) const {
    double sum = 0;
    std::vector<double> arriving(static_cast<size_t>(span_) + 1);
    for (size_t p = 0; p < paths_.n_paths(); ++p) sum += cost_of_path(way, p, arriving);
    return sum / static_cast<double>(paths_.n_paths());
  }

  [[nodiscard]] double cost_of_path(const Way& way, size_t p, std::vector<double>& arriving) const {
    const Lane& main = lanes_[way.main];
    const Lane& quick = lanes_[way.bridge ? way.bridge->quick : way.main];
    arriving = open_;
    const auto order = [&](const Lane& lane, size_t slot, double quantity) {
      const int32_t k = lane.arrivals[slot][p];
      if (k <= span_) arriving[static_cast<size_t>(k)] += quantity;
    };
    const auto goes_out = [](const Lane& lane, size_t slot, int32_t k) {
      return slot < lane.arrivals.size() && lane.terms.slots[slot].ordered_in == k;
    };
    if (way.bridge) order(quick, 0, way.bridged());
    order(main, 0, way.quantity);
    double bought = way.quantity;
    double bridged = way.bridged();
    double sold = 0;
    size_t slot = main.terms.slots[0].ordered_in == 0 ? 1 : 0;
    size_t quick_slot = 1;
    Shelf shelf{usable_stock(main.terms)};
    for (int32_t k = 1; k <= span_; ++k) {
      shelf.live(arriving[static_cast<size_t>(k)], demand(p, k));
      sold = shelf.sold;
      if (way.bridge && goes_out(quick, quick_slot, k)) {
        // Another bridge, as long as the slow order is not there before.
        const double missing = way.bridge->level - (position_ + bridged - sold);
        if (missing > 0 && quick.arrivals[quick_slot][p] < main.arrivals[0][p]) {
          order(quick, quick_slot, missing);
          bridged += missing;
        }
        ++quick_slot;
      }
      if (goes_out(main, slot, k)) {
        const double missing = std::max(0.0, way.level - (position_ + bridged + bought - sold));
        order(main, slot++, missing);
        bought += missing;
      }
    }
    const double position = position_ + bridged + bought - sold;
    const double left = std::min(position, bought);
    const double left_of_bridge = std::clamp(position - bought, 0.0, bridged);
    return parameters_.holding_cost * shelf.held + parameters_.shortage_cost * shelf.lost +
           main.premium * (bought - left) + quick.premium * (bridged - left_of_bridge);
  }

  SeriesPaths paths_;
  const PlanParameters& parameters_;
  std::vector<Lane> lanes_;
  int32_t span_ = 1;
  std::vector<double> open_;  ///< arrivals of open orders by period after the origin
  double position_ = 0;
};

/// "supplier Mill with 12 from Quick: Mill alone would cost 3.20 more over 14 days".
std::string choice_in_words(const SupplierChoice& choice, std::span<const SeriesSupply> offers,
                            Frequency frequency) {
  const std::string& name = offers[choice.supplier].supplier;
  const std::string bridged = choice.bridge_quantity > 0
                                  ? fmt::format(" with {:g} from {}", choice.bridge_quantity,
                                                offers[choice.bridge].supplier)
                                  : "";
  return fmt::format("supplier {}{}: {} alone would cost {:.2f} more over {}", name, bridged,
                     offers[choice.next_best].supplier, choice.next_best_cost - choice.cost,
                     periods_in_words(choice.span, frequency));
}

}  // namespace

Result<SupplierChoice> choose_supplier(const SeriesPaths& paths,
                                       std::span<const SeriesSupply> offers,
                                       const PlanParameters& parameters) {
  if (offers.empty()) {
    return Error{Code::kInvalidArgument, "a choice of suppliers needs an offer, got none", ""};
  }
  for (const SeriesSupply& offer : offers) {
    RESTOCK_TRY(check_paths(paths, offer));
    if (offer.slots.size() < 2) {
      return Error{Code::kInvalidArgument,
                   fmt::format("offers of a choice need 2 or more order slots, got {} of {}",
                               offer.slots.size(), offer.supplier),
                   "set them by set_order_slots"};
    }
  }
  const Comparison comparison(paths, offers, parameters);
  std::vector<Way> alone;
  alone.reserve(offers.size());
  for (size_t i = 0; i < offers.size(); ++i) alone.push_back(comparison.way(i, std::nullopt));
  const auto cheaper = [](const Way& a, const Way& b) { return a.cost < b.cost; };
  Way best = *std::min_element(alone.begin(), alone.end(), cheaper);
  for (size_t quick = 0; quick < offers.size(); ++quick) {
    for (size_t slow = 0; slow < offers.size(); ++slow) {
      const auto bridge = quick == slow ? std::nullopt : comparison.bridge(quick, slow);
      if (!bridge) continue;
      const Way pair = comparison.way(slow, bridge);
      if (pair.cost < best.cost - 1e-9) best = pair;
    }
  }
  SupplierChoice out{.supplier = best.main,
                     .bridge_quantity = best.bridged(),
                     .bridge = best.bridge ? best.bridge->quick : 0,
                     .span = comparison.span(),
                     .cost = best.cost};
  double next = 0;
  bool found = false;
  for (size_t i = 0; i < alone.size(); ++i) {
    if (i == best.main && !best.bridge) continue;
    if (found && alone[i].cost >= next) continue;
    next = alone[i].cost;
    out.next_best = i;
    found = true;
  }
  out.next_best_cost = found ? next : best.cost;
  return out;
}

Result<ChosenSuppliers> choose_suppliers(std::span<const SeriesSupply> supply,
                                         const PlanParameters& parameters, const PathsOf& paths_of,
                                         Frequency frequency, ThreadPool& pool) {
  ChosenSuppliers out{{supply.begin(), supply.end()}, {}};
  std::vector<size_t> series;
  for (size_t i = 0; i < supply.size(); ++i) {
    if (!supply[i].alternatives.empty()) series.push_back(i);
  }
  std::vector<std::optional<BridgeOrder>> bridges(supply.size());
  if (paths_of) {
    const auto choose = [&](size_t i, const SeriesPaths& paths) -> Status {
      std::vector<SeriesSupply> offers = supply[i].alternatives;
      offers.insert(offers.begin(), supply[i]);
      offers.front().alternatives.clear();
      RESTOCK_TRY(const auto choice,
                  choose_supplier(paths, offers, deciding_parameters(parameters, supply[i])));
      out.supply[i] = offers[choice.supplier];
      out.supply[i].supplier_note = choice_in_words(choice, offers, frequency);
      if (choice.bridge_quantity > 0) {
        const SeriesSupply& quick = offers[choice.bridge];
        out.supply[i].open_orders.push_back({quick.lead_time + 1, choice.bridge_quantity});
        bridges[i] = BridgeOrder{i, quick, choice.bridge_quantity};
      }
      return {};
    };
    RESTOCK_TRY(for_each_series(series, paths_of, longest_risk_period(supply), pool, choose));
  }
  for (const size_t i : series) {
    out.supply[i].alternatives.clear();
    if (bridges[i]) out.bridges.push_back(std::move(*bridges[i]));
  }
  return out;
}

PlanRow bridge_row(const PlanRow& row, const BridgeOrder& bridge, Frequency frequency) {
  PlanRow out = row;
  // Until the slow order is there, or another of the quick supplier can be.
  const int32_t wait =
      std::min(row.arrives_in - bridge.supply.lead_time - 1, bridge.supply.review_period);
  out.supplier = bridge.supply.supplier;
  out.unit_cost = bridge.supply.unit_cost;
  out.lead_time = bridge.supply.lead_time;
  out.arrives_in = bridge.supply.lead_time + 1;
  out.need = bridge.quantity;
  out.order_quantity = bridge.quantity;
  out.on_order -= bridge.quantity;
  out.moq = bridge.supply.moq;
  out.pack_size = bridge.supply.pack_size;
  out.open_orders = bridge.supply.open_orders;
  out.projected.reset();
  out.outlook.clear();
  out.reason =
      fmt::format("order {:g} from {}, which bridge {} before an order of {} arrives",
                  bridge.quantity, out.supplier, periods_in_words(wait, frequency), row.supplier);
  return out;
}

}  // namespace restock
