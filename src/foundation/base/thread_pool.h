#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace restock {

/// A fixed set of worker threads for loops over independent blocks. Pass it by reference; it is no
/// singleton.
///
/// Determinism: the split into blocks depends only on `count` and `block`, never on the number of
/// threads. Results that are reduced must be written per block and combined in block order by the
/// caller. Thread safety: `parallel_for` may be called from one thread at a time, and not from
/// inside a body.
class ThreadPool {
 public:
  /// `threads` >= 1, the calling thread included; 0 means all cores the process may use.
  explicit ThreadPool(int threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] int threads() const;

  /// Call body(begin, end) for each block [begin, end) of [0, count); returns when all have ended.
  /// A body must not throw.
  void parallel_for(size_t count, size_t block,
                    const std::function<void(size_t begin, size_t end)>& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace restock
