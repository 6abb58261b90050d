// A service of the soak: does over HTTP what it is told to, and stamps all that becomes of it.
//
//   subject NAME PORT STAMPS
//
// GET /sick and /well: from now on / answers 503, or 200 again. GET /exit/N: ends with exit code N. GET /log/N: writes N lines of 100 bytes.
// While there is a file doom.NAME in its folder it ends with 1 after 100 ms, in every run of it. Stamps: start, ready, sick, well, term, and
// `exit` just before an end of its own.
#define _GNU_SOURCE
#include "listen.h"
#include "stamp.h"
#include <poll.h>
#include <signal.h>

static volatile sig_atomic_t asked_to_stop = 0;
static const char *name;
static int stamps, is_sick = 0;

static void on_stop(int signal) {
  (void)signal;
  asked_to_stop = 1;
}

static void end(int code) {
  stamp(stamps, name, "exit", now_ns());
  _exit(code);
}

static void write_lines(long lines) {
  char line[200];
  for (long i = 0; i < lines; i += 1) {
    snprintf(line, sizeof line, "%-20.20s %09ld %069d", name, i, 0);
    line[99] = '\n';
    if (write(1, line, 100) != 100) _exit(74);
  }
}

// Done before it is answered: whoever gets the answer may rely on it.
static void obey(const char *order) {
  if (!strncmp(order, "sick", 4) || !strncmp(order, "well", 4)) {
    is_sick = *order == 's';
    stamp(stamps, name, is_sick ? "sick" : "well", now_ns());
  } else if (!strncmp(order, "log/", 4)) {
    write_lines(atol(order + 4));
  } else if (!strncmp(order, "exit/", 5)) {
    end(atoi(order + 5));
  }
}

static void answer(int listener) {
  static const char *const answers[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n",
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\nConnection: close\r\n\r\nsick\n",
  };
  char request[4096];
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  struct pollfd one = {.fd = fd, .events = POLLIN};
  ssize_t size = poll(&one, 1, 2000) == 1 ? read(fd, request, sizeof request - 1) : 0;
  if (size > 0) {
    request[size] = 0;
    int is_order = !strncmp(request, "GET /", 5) && request[5] != ' ';
    if (is_order) obey(request + 5);
    const char *text = answers[is_sick && !is_order];
    if (write(fd, text, strlen(text)) < 0) perror("write");
  }
  close(fd);
}

int main(int argc, char **argv) {
  long long started = now_ns();
  if (argc != 4) {
    fprintf(stderr, "usage: subject NAME PORT STAMPS\n");
    return 64;
  }
  struct sigaction action = {.sa_handler = on_stop};
  sigset_t blocked, waiting;
  signal(SIGPIPE, SIG_IGN);
  sigprocmask(SIG_BLOCK, NULL, &waiting);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigdelset(&waiting, SIGTERM);
  sigaction(SIGTERM, &action, NULL);
  sigprocmask(SIG_BLOCK, &blocked, NULL); // handled only while we wait, so none is missed between a look and a wait
  name = argv[1];
  stamps = open_stamps(argv[3]);
  stamp(stamps, name, "start", started);
  struct pollfd listener = {.fd = bind_port(atoi(argv[2])), .events = POLLIN};
  long long ready = now_ns();
  if (listen(listener.fd, 4096) < 0) exit(71);
  stamp(stamps, name, "ready", ready);

  char doom[256];
  snprintf(doom, sizeof doom, "doom.%s", name);
  struct timespec short_life = {0, 100000000};
  int is_doomed = access(doom, F_OK) == 0;
  while (!asked_to_stop) {
    int events = ppoll(&listener, 1, is_doomed ? &short_life : NULL, &waiting);
    if (events == 1) answer(listener.fd);
    if (is_doomed && now_ns() - ready > 100000000LL) end(1);
  }
  stamp(stamps, name, "term", now_ns());
  _exit(0);
}
