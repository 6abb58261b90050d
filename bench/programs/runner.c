// The floor of a runner: fork, chdir, exec in every folder, so many at a time.
//
//   runner WORKERS straight FOLDERS ARGV…   what they write goes where the runner's own output goes
//   runner WORKERS prefixed FOLDERS ARGV…   what they write goes through pipes, and one writer puts whole lines out, names in front
//
// FOLDERS: a file with a path a line; a folder's name is its last part. Exit code 1: some ended with something else than 0, and prefixed says which.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { most_folders = 2000, held_size = 128 * 1024, out_size = 256 * 1024 };

struct run {
  int pid, fd;
  char prefix[300];
  size_t prefix_size, held; // held: bytes of a line whose end has not come yet
  char *buffer;
};
static struct run runs[most_folders];
static char *folders[most_folders], **argv_of_all;
static int count = 0, failed = 0, input = -1;

static void fail(const char *what) {
  perror(what);
  exit(71);
}

static void read_folders(const char *path) {
  FILE *file = fopen(path, "re");
  if (!file) fail(path);
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, file) > 0) {
    if (count == most_folders) exit(65);
    line[strcspn(line, "\n")] = 0;
    folders[count++] = strdup(line);
  }
  fclose(file);
}

static int spawn(const char *folder, int output) {
  int pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) return pid;
  dup2(input, 0);
  if (output >= 0) {
    dup2(output, 1);
    dup2(output, 2);
  }
  if (chdir(folder) == 0) execvp(argv_of_all[0], argv_of_all);
  _exit(127);
}

static void run_straight(int workers) {
  for (int next = 0, running = 0; next < count || running > 0;) {
    for (; running < workers && next < count; running += 1) spawn(folders[next++], -1);
    int status;
    if (wait(&status) < 0) fail("wait");
    running -= 1;
    if (status != 0) failed = 1;
  }
}

static char out[out_size];
static size_t out_used = 0;

static void flush_out(void) {
  for (size_t at = 0; at < out_used;) {
    ssize_t written = write(1, out + at, out_used - at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("stdout");
    at += written;
  }
  out_used = 0;
}

static void put_line(const struct run *one, const char *text, size_t size) {
  if (out_used + one->prefix_size + size + 1 > out_size) flush_out();
  memcpy(out + out_used, one->prefix, one->prefix_size);
  memcpy(out + out_used + one->prefix_size, text, size);
  out_used += one->prefix_size + size;
  out[out_used++] = '\n';
}

static void open_run(struct run *one, const char *folder) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) fail("pipe2");
  one->prefix_size = snprintf(one->prefix, sizeof one->prefix, "[%.250s] ", strrchr(folder, '/') + 1);
  one->held = 0;
  if (!one->buffer) one->buffer = malloc(held_size);
  one->pid = spawn(folder, ends[1]);
  one->fd = ends[0];
  close(ends[1]);
}

// 0: it has ended.
static int take_output(struct run *one) {
  ssize_t got = read(one->fd, one->buffer + one->held, held_size - one->held);
  if (got < 0) fail("read");
  char *from = one->buffer, *end = one->buffer + one->held + got;
  for (char *newline; (newline = memchr(from, '\n', end - from)); from = newline + 1) put_line(one, from, newline - from);
  one->held = end - from;
  if (one->held == held_size || (got == 0 && one->held > 0)) {
    put_line(one, from, one->held);
    one->held = 0;
  } else {
    memmove(one->buffer, from, one->held);
  }
  return got > 0;
}

static void close_run(struct run *one) {
  int status;
  close(one->fd);
  if (waitpid(one->pid, &status, 0) < 0) fail("waitpid");
  if (status == 0) return;
  char text[64];
  int size = snprintf(text, sizeof text, "exit code: %d", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  put_line(one, text, size);
  failed = 1;
}

static void run_prefixed(int workers) {
  static struct pollfd polled[most_folders];
  for (int next = 0, running = 0; next < count || running > 0;) {
    for (; running < workers && next < count; running += 1) open_run(&runs[running], folders[next++]);
    for (int i = 0; i < running; i += 1) polled[i] = (struct pollfd){.fd = runs[i].fd, .events = POLLIN};
    if (poll(polled, running, -1) < 0) fail("poll");
    for (int i = running - 1; i >= 0; i -= 1) {
      if (polled[i].revents == 0 || take_output(&runs[i])) continue;
      close_run(&runs[i]);
      // The last one takes its place; the buffer stays for the next.
      running -= 1;
      struct run ended = runs[i];
      runs[i] = runs[running];
      runs[running] = ended;
    }
    flush_out();
  }
}

int main(int argc, char **argv) {
  int workers = argc > 4 ? atoi(argv[1]) : 0;
  int is_prefixed = argc > 4 && !strcmp(argv[2], "prefixed");
  if (workers < 1 || workers > most_folders || (!is_prefixed && strcmp(argv[2], "straight"))) {
    fprintf(stderr, "usage: runner WORKERS straight|prefixed FOLDERS ARGV...\n");
    return 64;
  }
  read_folders(argv[3]);
  argv_of_all = argv + 4;
  input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (is_prefixed) run_prefixed(workers);
  else run_straight(workers);
  return failed;
}
