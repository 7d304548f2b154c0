#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace rtpp {

/** A name as JavaScript spells it, of one of C++: `kLikeThis` and `like_this` are `likeThis` there. */
class JsName {
 public:
  constexpr JsName(const char* name) {
    std::string_view rest = name;
    if (rest.size() > 1 && rest[0] == 'k' && is_upper(rest[1])) {
      append(static_cast<char>(rest[1] - 'A' + 'a'));
      rest.remove_prefix(2);
    }
    bool capital = false;
    for (const char letter : rest) {
      const bool underscore = letter == '_';
      if (!underscore) append(capital && is_lower(letter) ? static_cast<char>(letter - 'a' + 'A') : letter);
      capital = underscore;
    }
  }

  constexpr const char* c_str() const { return text_.data(); }
  constexpr std::string_view view() const { return {text_.data(), size_}; }

 private:
  static constexpr bool is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }
  static constexpr bool is_lower(char letter) { return letter >= 'a' && letter <= 'z'; }
  /** A longer name than there is room for does not compile, since names are made while compiling. */
  constexpr void append(char letter) { text_.at(size_++) = letter; }

  std::array<char, 32> text_{};
  size_t size_ = 0;
};

}  // namespace rtpp
