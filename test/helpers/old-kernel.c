/* LD_PRELOAD: a kernel from before 6.8. It ignores bit 13 of the states that a socket dump asks for. */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SOCK_DIAG_BY_FAMILY 20
#define TYPE_AT 4
#define STATES_AT 20
#define BOUND_INACTIVE (1u << 13)

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
  unsigned char copy[128];
  uint16_t type = 0;
  if (length > STATES_AT + 4 && length <= sizeof copy) memcpy(&type, (const char *)bytes + TYPE_AT, 2);
  if (type == SOCK_DIAG_BY_FAMILY) {
    uint32_t states;
    memcpy(copy, bytes, length);
    memcpy(&states, copy + STATES_AT, 4);
    states &= ~BOUND_INACTIVE;
    memcpy(copy + STATES_AT, &states, 4);
    bytes = copy;
  }
  return syscall(SYS_sendto, fd, bytes, length, flags, 0, 0);
}
