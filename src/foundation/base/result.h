#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "foundation/base/assert.h"

namespace restock {

/// What kind of failure an `Error` reports. Each code maps to one process exit code, see
/// `exit_code`.
enum class Code {
  kInvalidArgument,    ///< An option or argument outside its allowed range (exit 2).
  kInvalidData,        ///< The data cannot be used as it is (exit 3).
  kNotFound,           ///< A named thing does not exist (exit 2).
  kIo,                 ///< Reading, writing or an unavailable resource (exit 4).
  kPermission,         ///< The system refused access (exit 5).
  kResourceExhausted,  ///< Memory, disk or another limit would be exceeded (exit 4).
  kCancelled,          ///< The caller or a signal asked to stop (exit 130).
  kInternal,           ///< A bug of Restock (exit 70).
};

/// The stable lower-case name of a code, as it appears in JSON ("invalid_argument").
[[nodiscard]] const char* code_name(Code code);

/// The exit code of the process that ends with `code`; the table is in
/// docs/reference/exit_codes.md.
[[nodiscard]] int exit_code(Code code);

/// An expected failure: `message` says what was wrong, what was seen and what is allowed; `hint` is
/// the next step.
struct Error {
  Code code = Code::kInternal;
  std::string message;
  std::string hint;

  /// "message (hint)", for one-line logs.
  [[nodiscard]] std::string to_string() const;
};

/// A value of `T`, or an `Error`. C++20 has no `std::expected`; this is the small part of it that
/// Restock needs.
template <typename T>
class [[nodiscard]] Result {
 public:
  // Both convert by design: a function returns the value or the error as it is.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// Precondition: ok().
  [[nodiscard]] T& value() & { return RESTOCK_ASSERT(ok()), std::get<0>(state_); }
  [[nodiscard]] const T& value() const& { return RESTOCK_ASSERT(ok()), std::get<0>(state_); }
  [[nodiscard]] T value() && { return RESTOCK_ASSERT(ok()), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// Precondition: !ok().
  [[nodiscard]] const Error& error() const& { return RESTOCK_ASSERT(!ok()), std::get<1>(state_); }
  [[nodiscard]] Error&& error() && { return RESTOCK_ASSERT(!ok()), std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an `Error`.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const& { return RESTOCK_ASSERT(!ok()), *error_; }
  [[nodiscard]] Error&& error() && { return RESTOCK_ASSERT(!ok()), std::move(*error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace restock

/// Evaluate `expression` (a Result); return its error from the enclosing function, or bind its
/// value.
///   RESTOCK_TRY(auto panel, read_panel(lake));      RESTOCK_TRY(write(lake));
#define RESTOCK_TRY(...) RESTOCK_TRY_PICK(__VA_ARGS__, RESTOCK_TRY_2, RESTOCK_TRY_1)(__VA_ARGS__)
#define RESTOCK_TRY_PICK(a, b, name, ...) name
#define RESTOCK_TRY_1(expression) \
  RESTOCK_TRY_4(expression, RESTOCK_TRY_JOIN(try_result_, __COUNTER__))
#define RESTOCK_TRY_4(expression, temporary)              \
  do {                                                    \
    if (auto temporary = (expression); !temporary.ok()) { \
      return std::move(temporary).error();                \
    }                                                     \
  } while (false)
#define RESTOCK_TRY_2(declaration, expression) \
  RESTOCK_TRY_3(declaration, expression, RESTOCK_TRY_JOIN(try_result_, __COUNTER__))
#define RESTOCK_TRY_3(declaration, expression, temporary)   \
  auto temporary = (expression);                            \
  if (!temporary.ok()) return std::move(temporary).error(); \
  declaration = std::move(temporary).value()
#define RESTOCK_TRY_JOIN(a, b) RESTOCK_TRY_JOIN_2(a, b)
#define RESTOCK_TRY_JOIN_2(a, b) a##b
