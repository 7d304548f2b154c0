#pragma once

#include <string>

namespace rtpp {

/** A library of the system that is loaded while the process runs, and stays loaded. */
class SharedLibrary {
 public:
  /** `name`: as the linker knows it, such as libgsm.so.1. */
  explicit SharedLibrary(const char* name);

  /** Gets a function; when it is missing the library counts as not loaded. */
  template <typename Function>
  void get(const char* name, Function** function) {
    *function = reinterpret_cast<Function*>(find(name));
  }

  bool loaded() const { return error_.empty(); }
  /** Why it is not loaded; empty when it is. */
  const std::string& error() const { return error_; }

 private:
  void* find(const char* name);

  void* handle_;
  std::string error_;
};

}  // namespace rtpp
