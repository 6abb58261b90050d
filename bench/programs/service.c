// A service of the bench: listens on 127.0.0.1:PORT after a delay and answers every HTTP request with 200.
//
//   service NAME PORT DELAY_MS STAMPS [--grandchild] [--term-ms N] [--ignore-term] [--announce] [--daemonize]
//
// Stamps: start (taken first thing in main), ready, term, exit; and `grandchild` for the process that --grandchild forks.
#define _GNU_SOURCE
#include "listen.h"
#include "stamp.h"
#include <poll.h>
#include <signal.h>

static volatile sig_atomic_t asked_to_stop = 0;

static void on_stop(int signal) {
  (void)signal;
  asked_to_stop = 1;
}

struct service {
  const char *name;
  int port, stamps, term_ms;
  long delay_ms;
  int has_grandchild, ignores_term, announces, daemonizes;
};

static struct service read_arguments(int argc, char **argv) {
  if (argc < 5) {
    fprintf(stderr, "usage: service NAME PORT DELAY_MS STAMPS [--grandchild] [--term-ms N] [--ignore-term] [--announce] [--daemonize]\n");
    exit(64);
  }
  struct service self = {.name = argv[1], .port = atoi(argv[2]), .delay_ms = atol(argv[3]), .stamps = open_stamps(argv[4])};
  for (int i = 5; i < argc; i += 1) {
    if (!strcmp(argv[i], "--grandchild")) self.has_grandchild = 1;
    else if (!strcmp(argv[i], "--ignore-term")) self.ignores_term = 1;
    else if (!strcmp(argv[i], "--announce")) self.announces = 1;
    else if (!strcmp(argv[i], "--daemonize")) self.daemonizes = 1;
    else if (!strcmp(argv[i], "--term-ms") && i + 1 < argc) self.term_ms = atoi(argv[i += 1]);
    else exit(64);
  }
  return self;
}

// Every way the tools ask: TERM, INT (pm2, Ctrl-C), HUP (the end of a terminal).
static void take_signals(const struct service *self, sigset_t *waiting) {
  const int signals[] = {SIGTERM, SIGINT, SIGHUP};
  struct sigaction action = {.sa_handler = self->ignores_term ? SIG_IGN : on_stop};
  sigset_t blocked;
  sigemptyset(&blocked);
  sigprocmask(SIG_BLOCK, NULL, waiting);
  for (int i = 0; i < 3; i += 1) {
    sigaddset(&blocked, signals[i]);
    sigdelset(waiting, signals[i]);
    sigaction(signals[i], &action, NULL);
  }
  sigprocmask(SIG_BLOCK, &blocked, NULL); // handled only while we wait, so none is missed between a look and a wait
}

static void fork_grandchild(const struct service *self) {
  if (fork() != 0) return;
  sigset_t all;
  sigfillset(&all);
  signal(SIGTERM, SIG_DFL);
  signal(SIGINT, SIG_DFL);
  signal(SIGHUP, SIG_DFL);
  sigprocmask(SIG_UNBLOCK, &all, NULL);
  stamp(self->stamps, self->name, "grandchild", now_ns());
  for (;;) pause();
}

static void end(const struct service *self) {
  stamp(self->stamps, self->name, "term", now_ns());
  struct timespec pause = {self->term_ms / 1000, self->term_ms % 1000 * 1000000L};
  nanosleep(&pause, NULL);
  stamp(self->stamps, self->name, "exit", now_ns());
  _exit(0);
}

// The parent of a daemon ends when the daemon is ready; 1 when it died before that.
static int become_daemon(void) {
  int ready[2];
  char byte;
  if (pipe2(ready, O_CLOEXEC) < 0) exit(71);
  if (fork() != 0) {
    close(ready[1]);
    _exit(read(ready[0], &byte, 1) == 1 ? 0 : 1);
  }
  close(ready[0]);
  setsid();
  return ready[1];
}

static void answer(int listener, const sigset_t *waiting) {
  static const char response[] = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
  char request[4096];
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  // A probe that only connects sends nothing, and closes at once. One that asks may be slow to: a busy event loop has hundreds to serve.
  struct pollfd one = {.fd = fd, .events = POLLIN};
  struct timespec patience = {10, 0};
  if (ppoll(&one, 1, &patience, waiting) == 1 && read(fd, request, sizeof request) > 0)
    if (write(fd, response, sizeof response - 1) < 0) perror("write");
  close(fd);
}

int main(int argc, char **argv) {
  long long started = now_ns();
  sigset_t waiting;
  signal(SIGPIPE, SIG_IGN);
  struct service self = read_arguments(argc, argv);
  int daemon_pipe = self.daemonizes ? become_daemon() : -1;
  take_signals(&self, &waiting);
  stamp(self.stamps, self.name, "start", started);
  if (self.has_grandchild) fork_grandchild(&self);

  long long due = started + self.delay_ms * 1000000LL, left;
  while ((left = due - now_ns()) > 0 && !asked_to_stop) {
    struct timespec rest = {left / 1000000000LL, left % 1000000000LL};
    ppoll(NULL, 0, &rest, &waiting);
  }
  if (asked_to_stop) end(&self);

  struct pollfd listener = {.fd = bind_port(self.port), .events = POLLIN};
  long long ready = now_ns(); // before listen: whoever connects comes after this stamp
  if (listen(listener.fd, 4096) < 0) exit(71);
  stamp(self.stamps, self.name, "ready", ready);
  if (self.announces) dprintf(1, "ready\n");
  if (daemon_pipe >= 0 && write(daemon_pipe, "r", 1) == 1) close(daemon_pipe);

  while (!asked_to_stop)
    if (ppoll(&listener, 1, NULL, &waiting) == 1) answer(listener.fd, &waiting);
  end(&self);
}
