#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace restock {

/// Sums over scored periods of the products of the errors of every two members of a combination.
/// All that weights need: products of parts add up.
struct ErrorProducts {
  size_t n_members = 0;
  std::vector<double> sums;  ///< n_members x n_members, symmetric
  int64_t series = 0;        ///< series x windows that were added: what is nearly independent

  explicit ErrorProducts(size_t members = 0) : n_members(members), sums(members * members, 0) {}
  /// Add one period; errors: n_members, each divided by the scale of its series.
  void add(std::span<const double> errors);
  void add(const ErrorProducts& other);
};

/// Weights of a combination, each >= 0, with sum 1:
///
///   w = argmin w' E w / min_i E_ii + lambda |w - t|^2,   lambda = prior / series
///
/// E: error products; t: `target`, weights with sum 1, equal ones if it is empty. The second term
/// is a ridge towards them: they hold without evidence and fade as series are added; measured by
/// the best member's error, so that one hopeless member does not make the others look alike. A
/// member that others make superfluous gets exactly 0 where t has 0, a member without error all.
/// Deterministic: pairwise descent until no pair gains. Precondition: products of at least one
/// member, prior > 0, a target of their size or none.
/// Source: Bates & Granger, Operational Research Quarterly 20 (1969) 451; shrinkage: Diebold &
/// Pauly, International Journal of Forecasting 6 (1990) 503; non-negative: Conflitti, De Mol &
/// Giannone, IJF 31 (2015) 1096.
/// Example: uncorrelated errors of variance 1 and 3, no shrinkage: 0.75 and 0.25.
[[nodiscard]] std::vector<double> combination_weights(const ErrorProducts& products, double prior,
                                                      std::span<const double> target = {});

/// The member with the smallest sum of squared errors; the first of equals, 0 without evidence.
[[nodiscard]] size_t best_member(const ErrorProducts& products);

}  // namespace restock
