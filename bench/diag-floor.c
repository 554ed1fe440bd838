/*
 * The floor of the bench: receives the very socket dumps that one sample of the exporter asks for, and discards them.
 *
 *   gcc -O2 -o diag-floor bench/diag-floor.c
 *   diag-floor [runs=7] [lowest port=32768] [pause between runs, ms=0] [by-family]
 *
 * Per run one line: wall_us cpu_us datagrams bytes rows. Requests, as in src/platform/linux: bound-only TCP, the other
 * states of TCP, each with both families in one dump; UDP for IPv4, then IPv6; local port >= the lowest of the range,
 * filtered by the kernel. With `by-family` a dump for each family of TCP too, as ss and node_exporter ask. One socket and
 * one 64 KB buffer serve all of them. Rows are counted by the header of each message, nothing else is read.
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

struct filter {
  struct nlattr header;
  struct inet_diag_bc_op ops[2];
};

struct request_of_family {
  struct nlmsghdr header;
  struct inet_diag_req_v2 diag;
  struct filter filter;
};

struct request_of_both {
  struct nlmsghdr header;
  struct inet_diag_req diag;
  struct filter filter;
};

struct totals {
  long datagrams, bytes, rows;
};

static char buffer[65536] __attribute__((aligned(4)));

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct filter at_least(unsigned lowest) {
  struct filter filter = {{sizeof filter, INET_DIAG_REQ_BYTECODE},
                          {{INET_DIAG_BC_S_GE, sizeof filter.ops, sizeof filter.ops + 4}, {0, 0, lowest}}};
  return filter;
}

static struct nlmsghdr header_of(size_t length, int type) {
  struct nlmsghdr header = {.nlmsg_len = length, .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP};
  return header;
}

static void receive(int fd, struct totals *totals) {
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

static void dump_family(int fd, int family, int protocol, unsigned states, unsigned lowest, struct totals *totals) {
  struct request_of_family request;
  memset(&request, 0, sizeof request);
  request.header = header_of(sizeof request, SOCK_DIAG_BY_FAMILY);
  request.diag.sdiag_family = family;
  request.diag.sdiag_protocol = protocol;
  request.diag.idiag_states = states;
  request.filter = at_least(lowest);
  if (send(fd, &request, sizeof request, 0) != sizeof request) fail("send");
  receive(fd, totals);
}

static void dump_both(int fd, unsigned states, unsigned lowest, struct totals *totals) {
  struct request_of_both request;
  memset(&request, 0, sizeof request);
  request.header = header_of(sizeof request, TCPDIAG_GETSOCK);
  request.diag.idiag_states = states;
  request.filter = at_least(lowest);
  if (send(fd, &request, sizeof request, 0) != sizeof request) fail("send");
  receive(fd, totals);
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
  int by_family = argc > 4 && strcmp(argv[4], "by-family") == 0;
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) fail("socket");
  static const int families[] = {AF_INET, AF_INET6};
  for (int run = 0; run < runs; run++) {
    struct totals totals = {0, 0, 0};
    long wall = microseconds(CLOCK_MONOTONIC);
    long cpu = microseconds(CLOCK_PROCESS_CPUTIME_ID);
    static const unsigned tcp_states[] = {1 << 13, 0xfff};
    for (int i = 0; i < 2; i++) {
      if (by_family)
        for (int j = 0; j < 2; j++) dump_family(fd, families[j], IPPROTO_TCP, tcp_states[i], lowest, &totals);
      else
        dump_both(fd, tcp_states[i], lowest, &totals);
    }
    for (int i = 0; i < 2; i++) dump_family(fd, families[i], IPPROTO_UDP, 0xfff, lowest, &totals);
    cpu = microseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = microseconds(CLOCK_MONOTONIC) - wall;
    printf("%ld %ld %ld %ld %ld\n", wall, cpu, totals.datagrams, totals.bytes, totals.rows);
    fflush(stdout);
    if (pause_ms > 0) usleep(pause_ms * 1000);
  }
  close(fd);
  return 0;
}
