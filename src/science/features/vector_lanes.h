#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__AVX__)
#include <immintrin.h>
#endif

// How vectors are passed between functions changes with the instruction set, but all functions here
// are inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace restock {

/// Four doubles or floats that are computed at once. These are compiler vector types: with AVX one
/// instruction, without it four scalar ones, each rounded the same, so results do not depend on the
/// instruction set.
using Double4 = double __attribute__((vector_size(32)));
using Float4 = float __attribute__((vector_size(16)));
using Whole4 = int32_t __attribute__((vector_size(16)));

inline Double4 load4(const float* from) {
  Float4 lanes;
  std::memcpy(&lanes, from, sizeof(lanes));
  return __builtin_convertvector(lanes, Double4);
}

inline Double4 load4(const double* from) {
  Double4 lanes;
  std::memcpy(&lanes, from, sizeof(lanes));
  return lanes;
}

inline void store4(Double4 lanes, float* to) {
  const Float4 narrow = __builtin_convertvector(lanes, Float4);
  std::memcpy(to, &narrow, sizeof(narrow));
}

inline void store4(Double4 lanes, double* to) {
  std::memcpy(to, &lanes, sizeof(lanes));
}

inline Double4 splat(double value) {
  return Double4{value, value, value, value};
}

/// All lanes become the last one.
inline Double4 splat_last(Double4 v) {
  return __builtin_shufflevector(v, v, 3, 3, 3, 3);
}

/// Lane i becomes lane i - 1 (i - 2); the first ones become 0.
inline Double4 shift_up_1(Double4 v) {
  return __builtin_shufflevector(v, Double4{}, 4, 0, 1, 2);
}
inline Double4 shift_up_2(Double4 v) {
  return __builtin_shufflevector(v, Double4{}, 4, 5, 0, 1);
}

/// How far ahead of a loop over a series memory is asked for, in floats; in a batch that is soon
/// the next series.
inline constexpr size_t kPrefetchAhead = 1024;

/// Ask for the cache line of a value. The address need not exist.
inline void prefetch_line(const float* values, size_t index) {
  __builtin_prefetch(
      reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(values) + index * sizeof(float)));
}

/// Replace each value by its square root, correctly rounded; NaN stays NaN.
inline void square_roots(float* values, size_t count) {
  size_t i = 0;
#if defined(__AVX__)
  for (; i + 8 <= count; i += 8)
    _mm256_storeu_ps(values + i, _mm256_sqrt_ps(_mm256_loadu_ps(values + i)));
#endif
  for (; i < count; ++i) values[i] = std::sqrt(values[i]);
}

}  // namespace restock
