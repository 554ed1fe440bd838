/*
 * Many short connections. `serve PORT` takes them and closes each once its peer has; `connect PORT RATE COUNT LIFE_MS` makes
 * COUNT of them, RATE a second, closes each first after LIFE_MS, and prints its local port. Both end with their stdin.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  return address;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int serve(int port) {
  struct sockaddr_in address = loopback(port);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1, poller = epoll_create1(0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0) return 1;
  struct epoll_event listen_event = {.events = EPOLLIN, .data.fd = listener}, input = {.events = EPOLLIN, .data.fd = 0};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &listen_event);
  epoll_ctl(poller, EPOLL_CTL_ADD, 0, &input);
  puts("serving");
  fflush(stdout);
  for (;;) {
    struct epoll_event events[256];
    int ready = epoll_wait(poller, events, 256, -1);
    for (int index = 0; index < ready; index++) {
      int fd = events[index].data.fd;
      if (fd == 0) return 0;
      if (fd != listener) {
        close(fd);
        continue;
      }
      for (int accepted; (accepted = accept(listener, NULL, NULL)) >= 0;) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = accepted};
        epoll_ctl(poller, EPOLL_CTL_ADD, accepted, &event);
      }
    }
  }
}

static int make(int port, int rate, int count, double life) {
  struct sockaddr_in server = loopback(port), own;
  int *fds = calloc(count, sizeof *fds), made = 0, closed = 0;
  double *ends = calloc(count, sizeof *ends), begin = now();
  while (closed < count) {
    double time = now();
    while (closed < made && ends[closed] <= time) close(fds[closed++]);
    if (made < count && made < (time - begin) * rate) {
      socklen_t size = sizeof own;
      int fd = fds[made] = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(fd, (struct sockaddr *)&server, sizeof server) != 0) return 1;
      getsockname(fd, (struct sockaddr *)&own, &size);
      printf("%d\n", ntohs(own.sin_port));
      ends[made++] = now() + life;
    } else {
      usleep(200);
    }
  }
  puts("done");
  fflush(stdout);
  struct pollfd input = {.fd = 0, .events = POLLIN};
  poll(&input, 1, -1);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "serve") == 0) return serve(atoi(argv[2]));
  if (argc != 6 || strcmp(argv[1], "connect") != 0) return 2;
  return make(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), atof(argv[5]) / 1000);
}
