#include "check.h"

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace rtpp::test {
namespace {

struct Test {
  const char* name;
  TestFn run;
};

// Function-local, so that registrations of other files may run before anything in this one.
std::vector<Test>& tests() {
  static std::vector<Test> list;
  return list;
}

std::vector<std::string> contexts;
char** arguments = nullptr;
int argument_count = 0;
bool failed = false;

}  // namespace

Registration::Registration(const char* name, TestFn run) { tests().push_back({name, run}); }

void fail(const char* file, int line, const std::string& what) {
  failed = true;
  std::printf("%s:%d: ", file, line);
  for (const std::string& context : contexts) std::printf("[%s] ", context.c_str());
  std::printf("%s\n", what.c_str());
}

Context::Context(std::string text) { contexts.push_back(std::move(text)); }
Context::~Context() { contexts.pop_back(); }

const char* argument(int index) {
  if (index < argument_count) return arguments[index];
  std::printf("missing argument %d of the test binary\n", index + 1);
  std::exit(2);
}

}  // namespace rtpp::test

int main(int argc, char** argv) {
  using namespace rtpp::test;
  arguments = argv + 1;
  argument_count = argc - 1;
  int failures = 0;
  for (const Test& test : tests()) {
    failed = false;
    test.run();
    if (!failed) continue;
    std::printf("FAILED: %s\n", test.name);
    ++failures;
  }
  std::printf("%zu passed, %d failed\n", tests().size() - static_cast<size_t>(failures), failures);
  return failures == 0 ? 0 : 1;
}
