// The limit: what the machine can do at all. Starts the services of a plan, or stops them, and ends; it shows nothing and remembers little.
//
//   limit start PLAN STATE     vfork+exec, stdio straight into files, a connect every 0.1 ms; ends when all are ready
//   limit keep PLAN STATE      the same, but lives on, and spawns again whatever ends
//   limit stop STATE GRACE_MS  TERM to every group, KILL at the end of the grace period; ends when all are dead
//
// PLAN, fields between tabs, one line a service after what it depends on: name, port, wave, log, dependencies (their line numbers from 0, with
// commas, or -), then argv. First line: "eager" or "waves". STATE, a line a service: pid and start time.
#define _GNU_SOURCE
#include "stamp.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { most_services = 2000, most_words = 32 };
enum phase { pending, starting, ready };

struct service {
  int port, wave, pid;
  enum phase phase;
  char *log, *dependencies, *argv[most_words];
};
static struct service services[most_services];
static int count = 0;
static int is_eager = 0;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void nap(void) {
  struct timespec rest = {0, 100000};
  nanosleep(&rest, NULL);
}

static void read_plan(const char *path) {
  FILE *file = fopen(path, "re");
  if (!file) fail(path);
  char *line = NULL;
  size_t room = 0;
  if (getline(&line, &room, file) > 0) is_eager = !strncmp(line, "eager", 5);
  while (getline(&line, &room, file) > 0) {
    if (count == most_services) exit(65);
    struct service *one = &services[count++];
    char *rest = strdup(line);
    rest[strcspn(rest, "\n")] = 0;
    strsep(&rest, "\t"); // the name is for people
    one->port = atoi(strsep(&rest, "\t"));
    one->wave = atoi(strsep(&rest, "\t"));
    one->log = strsep(&rest, "\t");
    one->dependencies = strsep(&rest, "\t");
    for (int i = 0; rest && i < most_words - 1; i += 1) one->argv[i] = strsep(&rest, "\t");
  }
  fclose(file);
}

static int may_start(const struct service *one) {
  if (!is_eager) {
    for (int i = 0; i < count; i += 1)
      if (services[i].wave < one->wave && services[i].phase != ready) return 0;
    return 1;
  }
  if (*one->dependencies == '-') return 1;
  for (char *at = one->dependencies; *at; at += *at == ',')
    if (services[strtol(at, &at, 10)].phase != ready) return 0;
  return 1;
}

static void spawn(struct service *one) {
  int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  int log = open(one->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (log < 0) fail(one->log);
  one->pid = vfork();
  if (one->pid == 0) {
    setsid();
    dup2(input, 0);
    dup2(log, 1);
    dup2(log, 2);
    execv(one->argv[0], one->argv);
    _exit(127);
  }
  if (one->pid < 0) fail("vfork");
  close(input);
  close(log);
  one->phase = starting;
}

static int answers(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int result = connect(fd, (struct sockaddr *)&address, sizeof address);
  close(fd);
  return result == 0;
}

static int write_state(const char *path) {
  FILE *state = fopen(path, "we");
  if (!state) fail(path);
  for (int i = 0; i < count; i += 1) fprintf(state, "%d %llu\n", services[i].pid, start_ticks(services[i].pid, NULL));
  return fclose(state);
}

static int start(const char *plan, const char *state_path) {
  read_plan(plan);
  for (int left = count; left > 0; nap()) {
    for (int i = 0; i < count; i += 1) {
      if (services[i].phase == pending && may_start(&services[i])) spawn(&services[i]);
      if (services[i].phase != starting || !answers(services[i].port)) continue;
      services[i].phase = ready;
      left -= 1;
    }
  }
  return write_state(state_path);
}

// A stop ends this process before it ends a service.
static int keep(const char *plan, const char *state_path) {
  if (start(plan, state_path) != 0) return 1;
  for (int pid; (pid = waitpid(-1, NULL, 0)) > 0;) {
    for (int i = 0; i < count; i += 1)
      if (services[i].pid == pid) spawn(&services[i]);
    if (write_state(state_path) != 0) return 1;
  }
  return 1;
}

static int is_alive(int pid, unsigned long long ticks) {
  char letter = 'X';
  return start_ticks(pid, &letter) == ticks && letter != 'Z' && letter != 'X';
}

static int stop(const char *state_path, long grace_ms) {
  static int pids[most_services];
  static unsigned long long ticks[most_services];
  FILE *state = fopen(state_path, "re");
  if (!state) fail(state_path);
  while (count < most_services && fscanf(state, "%d %llu", &pids[count], &ticks[count]) == 2) count += 1;
  for (int i = 0; i < count; i += 1)
    if (is_alive(pids[i], ticks[i])) kill(-pids[i], SIGTERM);
  long long kill_at = now_ns() + grace_ms * 1000000LL;
  for (int first = 0, forced = 0; first < count; nap()) {
    while (first < count && !is_alive(pids[first], ticks[first])) first += 1;
    if (forced || now_ns() < kill_at) continue;
    forced = 1;
    for (int i = first; i < count; i += 1)
      if (is_alive(pids[i], ticks[i])) kill(-pids[i], SIGKILL);
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 4 && !strcmp(argv[1], "start")) return start(argv[2], argv[3]);
  if (argc == 4 && !strcmp(argv[1], "keep")) return keep(argv[2], argv[3]);
  if (argc == 4 && !strcmp(argv[1], "stop")) return stop(argv[2], atol(argv[3]));
  fprintf(stderr, "usage: limit start PLAN STATE | limit keep PLAN STATE | limit stop STATE GRACE_MS\n");
  return 64;
}
