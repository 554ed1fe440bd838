/*
 * A program with the leak of the true case: it binds an ephemeral TCP port, never listens, connects or closes, and takes
 * the next one. Usage: leaky COUNT INTERVAL_MS. Prints each port on a line; ends when its standard input does, so that no
 * test can leave it behind.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int count = atoi(argv[1]), interval_ms = atoi(argv[2]);
  for (int leaked = 0;; leaked++) {
    if (leaked < count) {
      struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
      socklen_t size = sizeof address;
      int fd = socket(AF_INET, SOCK_STREAM, 0);
      if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0) return 1;
      getsockname(fd, (struct sockaddr *)&address, &size);
      printf("%d\n", ntohs(address.sin_port));
      fflush(stdout);
    }
    struct pollfd input = {.fd = 0, .events = POLLIN};
    if (poll(&input, 1, leaked < count ? interval_ms : -1) != 0) return 0;
  }
}
