// The port of a service of the bench: 127.0.0.1 only.
#ifndef LISTEN_H
#define LISTEN_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

// Bound, but not yet listening: connections are still refused.
static inline int bind_port(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); // rounds use the same ports again
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    perror("bind");
    exit(71);
  }
  return fd;
}

#endif
