#pragma once

#include <span>

namespace restock {

/// out[t] = periods since the last value that is not zero, itself included (0 on a period with
/// sales); kNoFeature before the first. Every sale is a sale, also one of a censored period, so
/// there is no mask: time goes on while a product is out of stock. Exact up to 2^24 periods. Pure.
/// Precondition: out.size() == x.size().
void periods_since_nonzero(std::span<const float> x, std::span<float> out);

}  // namespace restock
