#include "foundation/base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <sched.h>
#include <thread>
#include <vector>

#include "foundation/base/assert.h"

namespace restock {
namespace {

int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

struct ThreadPool::State {
  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable done;
  std::vector<std::thread> workers;
  const std::function<void(size_t, size_t)>* body = nullptr;
  size_t count = 0;
  size_t block = 1;
  std::atomic<size_t> next{0};
  uint64_t generation = 0;
  size_t busy = 0;
  bool stop = false;

  void drain() {
    while (true) {
      const size_t begin = next.fetch_add(block);
      if (begin >= count) return;
      (*body)(begin, std::min(count, begin + block));
    }
  }

  void work() {
    uint64_t seen = 0;
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [&] { return stop || generation != seen; });
      if (stop) return;
      seen = generation;
      lock.unlock();
      drain();
      lock.lock();
      busy -= 1;
      if (busy == 0) done.notify_one();
    }
  }
};

ThreadPool::ThreadPool(int threads) : state_(std::make_unique<State>()) {
  RESTOCK_ASSERT(threads >= 0);
  const int total = threads == 0 ? available_cores() : threads;
  for (int i = 1; i < total; ++i)
    state_->workers.emplace_back([state = state_.get()] { state->work(); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stop = true;
  }
  state_->wake.notify_all();
  for (auto& worker : state_->workers) worker.join();
}

int ThreadPool::threads() const {
  return static_cast<int>(state_->workers.size()) + 1;
}

void ThreadPool::parallel_for(size_t count, size_t block,
                              const std::function<void(size_t, size_t)>& body) {
  RESTOCK_ASSERT(block > 0);
  if (count == 0) return;
  State& state = *state_;
  {
    const std::lock_guard lock(state.mutex);
    RESTOCK_ASSERT(state.busy == 0);
    state.body = &body;
    state.count = count;
    state.block = block;
    state.next.store(0);
    state.busy = state.workers.size();
    state.generation += 1;
  }
  state.wake.notify_all();
  state.drain();
  std::unique_lock lock(state.mutex);
  state.done.wait(lock, [&] { return state.busy == 0; });
  state.body = nullptr;
}

}  // namespace restock
