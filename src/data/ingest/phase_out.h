#pragma once

#include <cstdint>
#include <vector>

#include "data/ingest/import_result.h"
#include "foundation/panel/panel.h"

namespace restock::ingest {

/// A product that has stopped selling is found with at most this probability of being wrong.
inline constexpr double kPhaseOutProbability = 0.001;

/// Probability that the next `pause` periods in stock have no sale, for a product that sold in
/// `sales` of `periods` of them before:
///
///   P = prod_{i < pause} (b + i) / (a + b + i),   a = sales + 1,   b = periods - sales + 1
///
/// Whether a period has a sale is geometric as in Croston (1972, Oper. Res. Q. 23), with the
/// probability of a sale not known but Beta(a, b), what a uniform prior becomes: the beta-geometric
/// distribution, which Fader, Hardie & Shang (2010, Mark. Sci. 29) use for customers who may have
/// left. Preconditions: 0 <= sales <= periods, pause >= 0. Example: a sale in each of 3 periods, a
/// pause of 2: (1/5) (2/6) = 1/15 (see the test).
[[nodiscard]] double pause_probability(int64_t sales, int64_t periods, int64_t pause);

/// Series that have stopped selling by `shown_until`, ascending: the pause since the last sale is
/// longer than every one before it and lasts 28 days and 3 periods at least (shorter ones are
/// holidays and gaps on the shelf that nobody wrote down), and its probability under the series'
/// own rate of sales, from the period after its first sale to its last, is below
/// kPhaseOutProbability. So fewer than 1 in 1,000 products that go on selling at their rate are
/// found at any one origin.
///
/// Only periods in stock count (kSold): those out of stock, missing or not for sale neither make a
/// pause longer nor end it. Nothing after `shown_until` is read.
[[nodiscard]] std::vector<size_t> find_phased_out(const Panel& panel, Period shown_until);

/// Close the periods after `shown_until` of these series, so that nothing is forecast, and tell
/// which they are. The past, and what was sold in periods held out, stay as they are. Precondition:
/// panel.closed has its size.
void close_phased_out(const std::vector<size_t>& series, Period shown_until, Panel& panel,
                      std::vector<DataFinding>& findings);

}  // namespace restock::ingest
