#pragma once

namespace rtpp {

/**
 * Gives up, in every thread of the process and for good, what the packet backend needs only while it opens:
 * CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF, and the way to new rights by exec (no_new_privs). What else the process may
 * do, such as to bind ports below 1024, is left alone. Kernels before 5.19 want CAP_BPF with each change of a map where
 * kernel.unprivileged_bpf_disabled is set: it is kept there. To be called by the thread that makes all others, not at
 * the same time as another change of credentials. 0 or an errno.
 */
[[nodiscard]] int drop_rights();

}  // namespace rtpp
