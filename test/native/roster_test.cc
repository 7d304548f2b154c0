#include "engine/roster.h"

#include <memory>
#include <utility>
#include <vector>

#include "check.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

/** Sessions by number, all in the roster. */
struct Rig {
  explicit Rig(int count) {
    for (int i = 0; i < count; ++i) {
      sessions.push_back(std::make_unique<Session>(&reserve));
      sessions.back()->slot = static_cast<uint32_t>(i);
      roster.add(sessions.back().get());
    }
  }

  /** The numbers that the walk still comes by. */
  std::vector<uint32_t> rest() {
    std::vector<uint32_t> numbers;
    while (const Session* session = roster.walk()) numbers.push_back(session->slot);
    return numbers;
  }

  std::vector<uint32_t> retired() {
    std::vector<uint32_t> numbers;
    for (const Session* session = roster.take_retired(); session != nullptr; session = session->next)
      numbers.push_back(session->slot);
    return numbers;
  }

  SessionReserve reserve{};
  std::vector<std::unique_ptr<Session>> sessions;
  Roster roster;
};

}  // namespace

TEST(a_walk_comes_by_every_session_once) {
  Rig rig(3);
  CHECK(!rig.roster.walking());
  CHECK(rig.roster.walk() == nullptr);
  rig.roster.begin_walk();
  CHECK(rig.roster.walking());
  CHECK((rig.rest() == std::vector<uint32_t>{2, 1, 0}));
  CHECK(!rig.roster.walking());
}

TEST(a_session_that_is_in_is_not_added_again) {
  Rig rig(2);
  rig.roster.add(rig.sessions[0].get());
  rig.roster.begin_walk();
  CHECK((rig.rest() == std::vector<uint32_t>{1, 0}));
}

TEST(a_walk_goes_on_behind_the_session_that_ends) {
  for (uint32_t ends = 0; ends < 3; ++ends) {
    Rig rig(3);
    rig.roster.begin_walk();
    CHECK_EQ(rig.roster.walk()->slot, 2u);
    rig.roster.retire(rig.sessions[ends].get());
    const std::vector<uint32_t> expected[] = {{1}, {0}, {1, 0}};
    CHECK(rig.rest() == expected[ends]);
  }
}

TEST(retired_sessions_are_seen_once_they_are_published) {
  Rig rig(3);
  CHECK(!rig.roster.publish());
  rig.roster.retire(rig.sessions[0].get());
  rig.roster.retire(rig.sessions[2].get());
  CHECK(rig.retired().empty());
  CHECK(rig.roster.publish());
  CHECK(!rig.roster.publish());
  // Those that nobody has taken yet come behind.
  rig.roster.retire(rig.sessions[1].get());
  CHECK(rig.roster.publish());
  CHECK((rig.retired() == std::vector<uint32_t>{1, 2, 0}));
  CHECK(rig.retired().empty());
  CHECK(rig.roster.any() == nullptr);
}
