#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// Who gets what of a stock that is asked for more than it has.
enum class SharingRule {
  kReward,        ///< The packs that save most where they go.
  kProportional,  ///< Each its share of what it asks for, in whole packs.
};

/// Reads "reward", "proportional". Errors: kInvalidArgument with what was seen.
[[nodiscard]] Result<SharingRule> parse_sharing_rule(std::string_view name);

/// One asker.
struct AskedStock {
  double quantity = 0;            ///< units asked for, >= 0
  double pack_size = 0;           ///< Sent in multiples of it; 0 = any quantity.
  std::vector<double> rewards{};  ///< What each next pack saves, never rising; read by kReward.
};

/// What each asker is sent. All get what they ask for where the stock allows it; else packs go by
/// `rule`, and what is left of the stock in packs to the askers in their order, each no more than
/// it asks for. With kReward that is `order_portfolio` with the stock as the resource, for packs
/// that save something. A minimum order quantity is no reason to send nothing, so it is not looked
/// at. With kReward and one pack size for all, more stock never sends anyone less.
///
/// Errors: kInvalidArgument for a stock or quantity that is negative or not finite; by kReward for
/// an asker without a pack; those of `order_portfolio`. Example: 10 units, asked for 6, 6 and 8 in
/// packs of 1: proportional gives 3, 3 and 4.
[[nodiscard]] Result<std::vector<double>> share_stock(double stock,
                                                      std::span<const AskedStock> askers,
                                                      SharingRule rule);

}  // namespace restock
