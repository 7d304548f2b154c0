#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// Whatever JavaScript knows by name is declared by a list, an X-macro, from which its names come, too: the addon tells
// them, and `src/addon/contract.ts` has the same lists, which the loader compares.

namespace rtpp {

/** Names of the values of an enumeration, as C++ spells them. */
template <typename Enum>
inline constexpr std::array<const char*, 0> kNamesOf{};

/** Bytes in a packed record. */
template <size_t kSize>
using ByteArray = std::array<uint8_t, kSize>;

/** Enumerations that JavaScript knows. */
template <typename Enum>
concept NamedEnum = !kNamesOf<Enum>.empty();

}  // namespace rtpp

#define RTPP_ENUM_VALUE(name) name,
#define RTPP_ENUM_NAME(name) #name,
#define RTPP_FIGURE(name) double name = 0;
#define RTPP_MEMBER(type, name) type name{};

/** Declares the enumeration `Enum` with the values of LIST(X), from 0 on. */
#define RTPP_NAMED_ENUM(Enum, LIST)                    \
  enum class Enum : uint8_t { LIST(RTPP_ENUM_VALUE) }; \
  template <>                                          \
  inline constexpr std::array kNamesOf<Enum>{LIST(RTPP_ENUM_NAME)};
