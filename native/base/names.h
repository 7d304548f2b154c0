#pragma once

#include <cstdint>
#include <span>

// Whatever JavaScript knows by name is declared by a list, an X-macro, from which its names come, too: the addon tells
// them, and `src/addon/contract.ts` has the same lists, which the loader compares.

namespace rtpp {

/** Names as C++ spells them: constants `kLikeThis`, fields `like_this`. */
using Names = std::span<const char* const>;

/** Enumerations that JavaScript knows. */
template <typename Enum>
concept NamedEnum = requires(Enum value) {
  names_of(value);
};

}  // namespace rtpp

#define RTPP_ENUM_VALUE(name) name,
#define RTPP_ENUM_NAME(name) #name,

/** Declares `Enum` with the values of LIST(X), from 0 on; `names_of` has their names in this order. */
#define RTPP_NAMED_ENUM(Enum, LIST)                                       \
  enum class Enum : uint8_t { LIST(RTPP_ENUM_VALUE) };                    \
  inline constexpr const char* k##Enum##Names[] = {LIST(RTPP_ENUM_NAME)}; \
  constexpr Names names_of(Enum) { return k##Enum##Names; }
