/*
 * The floor of the bench: receives the very socket dumps that one sample of the exporter asks for, and discards them.
 *
 *   gcc -O2 -o diag-floor bench/diag-floor.c
 *   diag-floor [runs=7] [lowest port=32768] [pause between runs, ms=0]
 *
 * Per run one line: wall_us cpu_us datagrams bytes rows. Requests, as in src/platform/linux: bound-only TCP, the other
 * states of TCP, UDP; each for IPv4, then IPv6; local port >= the lowest of the range, filtered by the kernel. One
 * socket and one 64 KB buffer serve all of them. Rows are counted by the header of each message, nothing else is read.
 */
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <netinet/in.h>

struct request {
  struct nlmsghdr header;
  struct inet_diag_req_v2 diag;
  struct nlattr filter;
  struct inet_diag_bc_op ops[2];
};

struct totals {
  long datagrams, bytes, rows;
};

static char buffer[65536] __attribute__((aligned(4)));

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void dump(int fd, int family, int protocol, unsigned states, unsigned lowest, struct totals *totals) {
  struct request request;
  memset(&request, 0, sizeof request);
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.diag.sdiag_family = family;
  request.diag.sdiag_protocol = protocol;
  request.diag.idiag_states = states;
  request.filter.nla_len = sizeof request.filter + sizeof request.ops;
  request.filter.nla_type = INET_DIAG_REQ_BYTECODE;
  request.ops[0] = (struct inet_diag_bc_op){INET_DIAG_BC_S_GE, sizeof request.ops, sizeof request.ops + 4};
  request.ops[1].no = lowest;
  if (send(fd, &request, sizeof request, 0) != sizeof request) fail("send");
  for (;;) {
    ssize_t length = recv(fd, buffer, sizeof buffer, 0);
    if (length <= 0) fail("recv");
    totals->datagrams++;
    totals->bytes += length;
    int rest = length;
    for (struct nlmsghdr *message = (struct nlmsghdr *)buffer; NLMSG_OK(message, rest);
         message = NLMSG_NEXT(message, rest)) {
      if (message->nlmsg_type == NLMSG_DONE) return;
      if (message->nlmsg_type == NLMSG_ERROR) {
        fprintf(stderr, "the kernel refused a dump\n");
        exit(1);
      }
      totals->rows++;
    }
  }
}

static long microseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

int main(int argc, char **argv) {
  int runs = argc > 1 ? atoi(argv[1]) : 7;
  unsigned lowest = argc > 2 ? (unsigned)atoi(argv[2]) : 32768;
  int pause_ms = argc > 3 ? atoi(argv[3]) : 0;
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) fail("socket");
  static const int families[] = {AF_INET, AF_INET6};
  for (int run = 0; run < runs; run++) {
    struct totals totals = {0, 0, 0};
    long wall = microseconds(CLOCK_MONOTONIC);
    long cpu = microseconds(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < 2; i++) dump(fd, families[i], IPPROTO_TCP, 1 << 13, lowest, &totals);
    for (int i = 0; i < 2; i++) dump(fd, families[i], IPPROTO_TCP, 0xfff, lowest, &totals);
    for (int i = 0; i < 2; i++) dump(fd, families[i], IPPROTO_UDP, 0xfff, lowest, &totals);
    cpu = microseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = microseconds(CLOCK_MONOTONIC) - wall;
    printf("%ld %ld %ld %ld %ld\n", wall, cpu, totals.datagrams, totals.bytes, totals.rows);
    fflush(stdout);
    if (pause_ms > 0) usleep(pause_ms * 1000);
  }
  close(fd);
  return 0;
}
