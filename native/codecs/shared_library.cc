#include "codecs/shared_library.h"

#include <dlfcn.h>

namespace rtpp {
namespace {

std::string last_error() {
  const char* text = ::dlerror();
  return text == nullptr ? "unknown error" : text;
}

}  // namespace

SharedLibrary::SharedLibrary(const char* name) : handle_(::dlopen(name, RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) error_ = last_error();
}

void* SharedLibrary::find(const char* name) {
  if (handle_ == nullptr) return nullptr;
  void* const symbol = ::dlsym(handle_, name);
  if (symbol == nullptr) error_ = last_error();
  return symbol;
}

}  // namespace rtpp
