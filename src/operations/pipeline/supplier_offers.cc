#include "operations/pipeline/supplier_offers.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "data/ingest/suppliers.h"
#include "foundation/base/random.h"
#include "operations/pipeline/import_stage.h"
#include "science/forecast/series_hash.h"
#include "science/inventory/lead_time_estimate.h"
#include "science/inventory/order_slots.h"

namespace restock {
namespace {

using ingest::SeriesOffer;

/// Numbers of suppliers, by first mention.
class SupplierNumbers {
 public:
  int32_t add(const std::string& name) {
    const auto [place, added] = numbers_.emplace(name, static_cast<int32_t>(names_.size()));
    if (added) names_.push_back(name);
    return place->second;
  }
  [[nodiscard]] const std::string& name(int32_t number) const {
    return names_[static_cast<size_t>(number)];
  }

 private:
  std::map<std::string, int32_t> numbers_;
  std::vector<std::string> names_;
};

/// What a supplier promises: for one series, or for any.
struct Promise {
  SupplierCalendar calendar;
  int32_t lead_time = 0;

  /// Full periods between an order of that day and its arrival.
  [[nodiscard]] int32_t periods(const TimeAxis& axis, Date ordered) const {
    const Period period = axis.period_of(ordered);
    return delivery_period(calendar, axis, period, lead_time) - period - 1;
  }
};

class Offers {
 public:
  Offers(const RunConfig& config, const Panel& panel, const ingest::SupplierTable& suppliers,
         const ingest::ReceiptTable& receipts)
      : config_(config), panel_(panel), suppliers_(suppliers), receipts_(receipts) {}

  /// The offers of series i, of which there is one at least.
  [[nodiscard]] std::vector<SeriesOffer> of(size_t i, const SeriesSupply& supply) const {
    if (suppliers_.series.empty() || suppliers_.series[i].empty())
      return {SeriesOffer{.supplier = supply.supplier}};
    const std::vector<SeriesOffer>& all = suppliers_.series[i];
    for (const SeriesOffer& offer : all) {
      if (offer.supplier == supply.supplier) return {offer};
    }
    return all;
  }

  /// Receipts as the science reads them, with what was promised for each.
  [[nodiscard]] std::vector<Receipt> receipts(const std::vector<SeriesSupply>& supply,
                                              SupplierNumbers& numbers) const {
    std::map<std::pair<std::string, int32_t>, Promise> promises;
    for (size_t i = 0; i < supply.size(); ++i) {
      for (const SeriesOffer& offer : of(i, supply[i])) {
        const Promise promise{offer.calendar, offer.lead_time.value_or(supply[i].lead_time)};
        promises.emplace(std::pair(offer.supplier, -1), promise);
        if (!receipts_.group_of_series.empty())
          promises.emplace(std::pair(offer.supplier, receipts_.group_of_series[i]), promise);
      }
    }
    std::vector<Receipt> out;
    out.reserve(receipts_.rows.size());
    for (const ingest::ReceiptRow& row : receipts_.rows) {
      auto promise = promises.find({row.supplier, row.group});
      if (promise == promises.end()) promise = promises.find({row.supplier, -1});
      const Promise unknown{{}, config_.plan.lead_time};
      out.push_back({.supplier = numbers.add(row.supplier),
                     .group = row.group,
                     .ordered = row.ordered,
                     .received = row.received,
                     .promised_lead_time = (promise == promises.end() ? unknown : promise->second)
                                               .periods(panel_.axis, row.ordered),
                     .ordered_units = row.ordered_units,
                     .received_units = row.received_units});
    }
    return out;
  }

  /// Give series i its offers.
  void apply(size_t i, const LearntLeadTimes& learnt, SupplierNumbers& numbers,
             SeriesSupply& supply) const {
    struct Chosen {
      SeriesSupply supply;
      SupplierTerms terms;
    };
    const int32_t group = receipts_.group_of_series.empty() ? -1 : receipts_.group_of_series[i];
    const bool offered = !suppliers_.series.empty() && !suppliers_.series[i].empty();
    std::vector<Chosen> all;
    for (const SeriesOffer& offer : of(i, supply)) {
      const LeadTimeLaw* law = learnt.law(numbers.add(offer.supplier), group);
      if (!offered && law == nullptr) return;
      Chosen one{
          supply,
          {offer.calendar, offer.lead_time.value_or(supply.lead_time), {}, supply.review_period}};
      if (law != nullptr) one.terms.law = *law;
      one.supply.supplier = offer.supplier;
      one.supply.unit_cost = offer.unit_cost.value_or(supply.unit_cost);
      one.supply.moq = offer.moq.value_or(supply.moq);
      one.supply.pack_size = offer.pack_size.value_or(supply.pack_size);
      // By the key of the series alone: all suppliers meet the same luck.
      one.supply.lead_time_seed = mix(config_.run.seed, hash_of(panel_.keys[i]));
      all.push_back(std::move(one));
    }
    int32_t span = 0;
    for (Chosen& one : all) {
      set_order_slots(one.terms, panel_.axis, panel_.origin, 0, one.supply);
      span = std::max(span, one.supply.lead_time + one.supply.review_period);
    }
    for (Chosen& one : all) {
      if (all.size() > 1) set_order_slots(one.terms, panel_.axis, panel_.origin, span, one.supply);
    }
    supply = std::move(all.front().supply);
    for (size_t k = 1; k < all.size(); ++k) supply.alternatives.push_back(std::move(all[k].supply));
  }

 private:
  const RunConfig& config_;
  const Panel& panel_;
  const ingest::SupplierTable& suppliers_;
  const ingest::ReceiptTable& receipts_;
};

}  // namespace

Status read_supplier_offers(const RunConfig& config, lake::Lake& lake, const Panel& panel,
                            std::vector<SeriesSupply>& supply, RunResult& result) {
  if (config.suppliers.file.empty() && config.receipts.file.empty()) return {};
  const std::string work = (std::filesystem::path(result.output_directory) / "work").string();
  std::error_code ignored;
  std::filesystem::create_directories(work, ignored);
  auto offered = ingest::read_suppliers(lake.database(), config, panel, work);
  auto received = ingest::read_receipts(lake.database(), config, panel, work);
  std::filesystem::remove_all(work, ignored);
  RESTOCK_TRY(const auto suppliers, std::move(offered));
  RESTOCK_TRY(const auto receipt_table, std::move(received));
  take_findings(suppliers.findings, result);
  take_findings(receipt_table.findings, result);
  const Offers offers(config, panel, suppliers, receipt_table);
  SupplierNumbers numbers;
  const std::vector<Receipt> receipts = offers.receipts(supply, numbers);
  RESTOCK_TRY(const auto learnt, LearntLeadTimes::make(receipts, panel.axis, panel.origin));
  for (const auto& row : supplier_reliability(receipts, panel.axis, panel.origin))
    result.supplier_reliability.push_back({numbers.name(row.supplier), row});
  for (size_t i = 0; i < supply.size(); ++i) offers.apply(i, learnt, numbers, supply[i]);
  if (!receipts.empty()) {
    result.notes.push_back(
        fmt::format("lead times of {} suppliers are learnt from {} receipts of {}",
                    result.supplier_reliability.size(), receipts.size(), receipt_table.name));
  }
  return {};
}

}  // namespace restock
