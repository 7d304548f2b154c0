#pragma once

#include <cmath>
#include <sstream>
#include <string>
#include <type_traits>

namespace rtpp::test {

using TestFn = void (*)();

/** Registered by TEST; `check.cc` runs all of the binary. */
struct Registration {
  Registration(const char* name, TestFn run);
};

/** Marks the running test as failed and goes on. */
void fail(const char* file, int line, const std::string& what);

/** Shown with failures until it is gone: which row of a table is being tested. */
class Context {
 public:
  explicit Context(std::string text);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

/** Argument of the binary, counted from 0; ends the run when it was not given. */
const char* argument(int index);

template <typename T>
std::string show(const T& value) {
  std::ostringstream out;
  out.precision(12);
  if constexpr (std::is_enum_v<T>) {
    out << +static_cast<std::underlying_type_t<T>>(value);
  } else {
    out << std::boolalpha << +value;
  }
  return out.str();
}
inline std::string show(const std::string& value) { return '"' + value + '"'; }

template <typename A, typename B>
void check_equal(const A& actual, const B& expected, const char* text, const char* file, int line) {
  if (actual == expected) return;
  fail(file, line, std::string(text) + " is " + show(actual) + ", expected " + show(expected));
}

inline void check_near(double actual, double expected, double tolerance, const char* text, const char* file, int line) {
  if (std::abs(actual - expected) <= tolerance) return;
  fail(file, line, std::string(text) + " is " + show(actual) + ", expected about " + show(expected));
}

}  // namespace rtpp::test

#define TEST(name)                                                        \
  static void test_##name();                                              \
  static const rtpp::test::Registration kTest_##name(#name, test_##name); \
  static void test_##name()

#define CHECK(condition) \
  if (!(condition)) rtpp::test::fail(__FILE__, __LINE__, #condition " does not hold")
#define CHECK_EQ(actual, expected) rtpp::test::check_equal(actual, expected, #actual, __FILE__, __LINE__)
#define CHECK_NEAR(actual, expected, tolerance) \
  rtpp::test::check_near(actual, expected, tolerance, #actual, __FILE__, __LINE__)
