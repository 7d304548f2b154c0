#pragma once

#include <memory>
#include <type_traits>
#include <vector>

namespace rtpp {

/**
 * Memory for what every object may need but few ever do. The blocks lie apart from all other memory and are not written
 * here, so that pages whose blocks nobody needs stay without memory. For one thread; a block is undefined when it is
 * taken.
 */
template <typename T>
class ColdPool {
  static_assert(std::is_aggregate_v<T> && std::is_trivially_destructible_v<T>, "blocks are not constructed");

 public:
  /** Stays in place until it is given back. */
  T* take() {
    if (free_.empty()) grow();
    T* block = free_.back();
    free_.pop_back();
    return block;
  }
  void give_back(T* block) { free_.push_back(block); }

 private:
  /** Blocks that are made at once: some dozens of pages. */
  static constexpr size_t kChunk = 128;

  struct Free {
    void operator()(T* memory) const { ::operator delete(memory); }
  };

  void grow() {
    T* blocks = static_cast<T*>(::operator new(kChunk * sizeof(T)));
    chunks_.emplace_back(blocks);
    free_.reserve(chunks_.size() * kChunk);
    for (size_t i = kChunk; i > 0; --i) free_.push_back(blocks + i - 1);
  }

  std::vector<std::unique_ptr<T, Free>> chunks_;
  /** The block given back last is taken first: its page has memory already. */
  std::vector<T*> free_;
};

}  // namespace rtpp
