#include "engine/roster.h"

namespace rtpp {

void Roster::add(Session* session) {
  if (session->linked) return;
  session->linked = true;
  session->prev = nullptr;
  session->next = first_;
  if (first_ != nullptr) first_->prev = session;
  first_ = session;
}

void Roster::retire(Session* session) {
  if (session->linked) unlink(session);
  session->next = retiring_;
  retiring_ = session;
}

void Roster::unlink(Session* session) {
  if (cursor_ == session) cursor_ = session->next;
  if (session->prev != nullptr) session->prev->next = session->next;
  if (session->next != nullptr) session->next->prev = session->prev;
  if (first_ == session) first_ = session->next;
  session->linked = false;
}

Session* Roster::walk() {
  Session* session = cursor_;
  if (session != nullptr) cursor_ = session->next;
  return session;
}

bool Roster::publish() {
  if (retiring_ == nullptr) return false;
  Session* last = retiring_;
  while (last->next != nullptr) last = last->next;
  Session* head = retired_.load(std::memory_order_relaxed);
  do {
    last->next = head;
  } while (!retired_.compare_exchange_weak(head, retiring_, std::memory_order_release, std::memory_order_relaxed));
  retiring_ = nullptr;
  return true;
}

}  // namespace rtpp
