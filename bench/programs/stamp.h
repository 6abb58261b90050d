// One line for each event: "name event ns pid start_ticks". ns is CLOCK_MONOTONIC, the clock every program of the bench shares; PID and start
// time together name one process for ever, so the bench can count survivors without trusting a PID that was given away again.
#ifndef STAMP_H
#define STAMP_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static inline long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

// Field 22 of /proc/PID/stat, and the state letter; 0 when there is no such process.
static inline unsigned long long start_ticks(int pid, char *state) {
  char path[32], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t size = read(fd, text, sizeof text - 1);
  close(fd);
  if (size <= 0) return 0;
  text[size] = 0;
  char *at = strrchr(text, ')'); // the name may hold anything, blanks and brackets too
  if (!at) return 0;
  if (state) *state = at[2];
  for (int field = 2; field < 22 && at; field += 1) at = strchr(at + 1, ' ');
  return at ? strtoull(at + 1, NULL, 10) : 0;
}

// One write to a file opened with O_APPEND: lines of many processes never mix.
static inline void stamp(int fd, const char *name, const char *event, long long at) {
  char line[256];
  int size = snprintf(line, sizeof line, "%s %s %lld %d %llu\n", name, event, at, getpid(), start_ticks(getpid(), NULL));
  if (write(fd, line, size) != size) _exit(74);
}

static inline int open_stamps(const char *path) {
  int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) {
    perror(path);
    exit(74);
  }
  return fd;
}

#endif
