#include "control/control_datagram.h"

#include <string>

#include "check.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

std::string parts(std::string_view bytes) {
  const ControlDatagram datagram = split_datagram(bytes);
  return std::string(datagram.cookie) + '|' + std::string(datagram.command);
}

/** `V`, `F` and the date, or nothing. */
std::string question(std::string_view command) {
  std::string_view date;
  switch (version_question(command, &date)) {
    case VersionQuestion::kBase:
      return "V";
    case VersionQuestion::kFeature:
      return "F" + std::string(date);
    case VersionQuestion::kNone:
      break;
  }
  return {};
}

}  // namespace

TEST(the_first_token_is_the_cookie) {
  CHECK_EQ(parts("c1 V"), std::string("c1| V"));
  CHECK_EQ(parts(" \t\r\nc1\tV x\n"), std::string("c1|\tV x\n"));
  CHECK_EQ(parts("&& V"), std::string("&&| V"));
  CHECK_EQ(parts("c1"), std::string("c1|"));
  CHECK_EQ(parts("\v V"), std::string("\v| V"));
  CHECK_EQ(parts({"c V\0", 4}), std::string("c| V\0", 5));
}

TEST(a_datagram_without_a_usable_cookie_has_no_command_either) {
  for (const std::string_view bytes : {std::string_view(""), std::string_view(" \t\r\n"), std::string_view("\0", 1),
                                       std::string_view("c\0 V", 4), std::string_view("\0c V", 4)}) {
    CHECK_EQ(parts(bytes), std::string("|"));
  }
  CHECK_EQ(parts(std::string(1000, 'y') + " V"), std::string(1000, 'y') + "| V");
  CHECK_EQ(parts(std::string(1001, 'y') + " V"), std::string("|"));
}

TEST(plain_questions_for_the_version_are_known) {
  for (const char* command : {" V", " v", " V\n", "\tV \r\n"}) CHECK_EQ(question(command), std::string("V"));
  for (const char* command : {" VF 20040107", " vf  20040107\n", " vF\t20040107 "}) {
    CHECK_EQ(question(command), std::string("F20040107"));
  }
}

TEST(what_may_be_an_error_is_no_question_for_the_version) {
  for (const char* command : {"", " ", " Vx", " V x", " V V", " V && V", " VF", " VF 2004010", " VF 200401070",
                              " VF 2004010x", " VF 20040107 x", " VFx 20040107", " U", " && V", " X"}) {
    CHECK_EQ(question(command), std::string());
  }
  CHECK_EQ(question({" V\0", 3}), std::string());
  CHECK_EQ(question({" V \0", 4}), std::string());
}
