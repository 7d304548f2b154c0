#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

// What the fuzz targets share. A target is one file <name>_fuzz.cc with LLVMFuzzerTestOneInput; it stops the process
// when something that must always hold does not.

namespace rtpp::fuzz {

[[noreturn]] inline void fail(const char* file, int line, const char* text) {
  std::fprintf(stderr, "%s:%d: %s does not hold\n", file, line, text);
  std::abort();
}

/** Reads an input from its first to its last byte. What is missing at the end is 0. */
class Input {
 public:
  Input(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}

  bool empty() const { return at_ == end_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  uint8_t u8() { return empty() ? 0 : *at_++; }
  uint16_t u16() {
    const uint8_t high = u8();
    return static_cast<uint16_t>(high << 8 | u8());
  }
  uint32_t u32() {
    const uint32_t high = u16();
    return high << 16 | u16();
  }
  /** The next `len` bytes, fewer at the end; `*len` becomes their number. */
  const uint8_t* bytes(size_t* len) {
    if (*len > left()) *len = left();
    const uint8_t* start = at_;
    at_ += *len;
    return start;
  }

 private:
  const uint8_t* at_;
  const uint8_t* const end_;
};

}  // namespace rtpp::fuzz

#define MUST(condition) \
  if (!(condition)) rtpp::fuzz::fail(__FILE__, __LINE__, #condition)
