/* LD_PRELOAD: a kernel that refuses or spoils socket dumps as long as the file SICK_KERNEL_FILE holds the name of a sickness. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NLM_F_DUMP_INTR 0x10
#define FLAGS_AT 6

static int suffers_from(const char *sickness) {
  char name[16] = "";
  int file = syscall(SYS_openat, AT_FDCWD, getenv("SICK_KERNEL_FILE"), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t length = read(file, name, sizeof name - 1);
  close(file);
  return length > 0 && strcmp(name, sickness) == 0;
}

static int is_netlink(int fd) {
  int domain = 0;
  socklen_t length = sizeof domain;
  return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_NETLINK;
}

static long refuse(int error) {
  errno = error;
  return -1;
}

int socket(int domain, int type, int protocol) {
  if (domain == AF_NETLINK && suffers_from("ENOMEM")) return refuse(ENOMEM);
  return syscall(SYS_socket, domain, type, protocol);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
  if (is_netlink(fd) && suffers_from("ENOMEM")) return refuse(ENOMEM);
  return syscall(SYS_sendto, fd, bytes, length, flags, 0, 0);
}

ssize_t recv(int fd, void *bytes, size_t length, int flags) {
  static int interruptions = 0;
  int netlink = is_netlink(fd);
  if (netlink && suffers_from("ENOBUFS")) return refuse(ENOBUFS);
  if (netlink && suffers_from("EINTR") && ++interruptions % 3 != 0) return refuse(EINTR);
  ssize_t got = syscall(SYS_recvfrom, fd, bytes, length, flags, 0, 0);
  if (!netlink || got < FLAGS_AT + 2) return got;
  if (suffers_from("DUMP_INTR")) ((char *)bytes)[FLAGS_AT] |= NLM_F_DUMP_INTR;
  return suffers_from("CUT") ? got - 8 : got;
}
