// Runs a command and writes down how long it took, how it ended, and the most memory it ever had; reads and counts what it writes, if asked to.
//
//   stopwatch RESULT OUTPUT ARGV…                          stdout and stderr go to the end of OUTPUT
//   stopwatch --count LINES NAMES RESULT OUTPUT ARGV…      stdout is a pipe, read here; NAMES: those of the torrents, with commas
//
// A small program, because the kernel reckons the size of the process that forked to the memory of the one that was started. RESULT is JSON.
// Memory is that of the command itself or of the largest process it has waited for.
#define _GNU_SOURCE
#include "stamp.h"
#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { most_sources = 64, text_size = 99, block_size = 1024 * 1024 };

struct source {
  const char *name;
  size_t name_size, prefix_size;
  char prefix[300];
  long next, whole;
};
static struct source sources[most_sources];
static int count = 0, words = 2; // words: where it shows the first lines that it finds damaged
static long torn = 0, others = 0;
static long long bytes = 0;

// The source whose line ends here, its number in `number`; NULL: it is none as a torrent writes it.
static struct source *source_of(const char *line, size_t size, long *number) {
  if (size < text_size) return NULL;
  const char *text = line + size - text_size;
  *number = 0;
  for (int i = 0; i < 9; i += 1) {
    if (text[i] < '0' || text[i] > '9') return NULL;
    *number = *number * 10 + text[i] - '0';
  }
  static char xs[text_size];
  if (!xs[0]) memset(xs, 'x', sizeof xs);
  for (int i = 0; i < count; i += 1) {
    struct source *one = &sources[i];
    size_t head = 10 + one->name_size + 1;
    if (text[9] == ' ' && !memcmp(text + 10, one->name, one->name_size) && text[head - 1] == ' ' &&
        !memcmp(text + head, xs, text_size - head))
      return one;
  }
  return NULL;
}

// What stands in front has the name in it, and is the same in front of every line.
static int has_its_prefix(struct source *one, const char *prefix, size_t size) {
  if (one->prefix_size == 0) {
    if (size == 0 || size > sizeof one->prefix || !memmem(prefix, size, one->name, one->name_size)) return 0;
    memcpy(one->prefix, prefix, size);
    one->prefix_size = size;
  }
  return size == one->prefix_size && !memcmp(prefix, one->prefix, size);
}

static void take_line(const char *line, size_t size) {
  long number;
  struct source *one = source_of(line, size, &number);
  if (one && number >= one->next && has_its_prefix(one, line, size - text_size)) {
    one->next = number + 1;
    one->whole += 1;
  } else if (memmem(line, size, "xxxx", 4)) {
    if (torn++ < 5) dprintf(words, "damaged: %.*s\n", size > 400 ? 400 : (int)size, line);
  } else {
    others += 1; // the tool's own words
  }
}

static void count_lines(int fd) {
  static char block[block_size];
  size_t held = 0;
  for (;;) {
    ssize_t got = read(fd, block + held, block_size - held);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    bytes += got;
    char *from = block, *end = block + held + got;
    for (char *newline; (newline = memchr(from, '\n', end - from)); from = newline + 1) take_line(from, newline - from);
    held = end - from;
    if (held == block_size) {
      torn += 1;
      held = 0;
    }
    memmove(block, from, held);
  }
  if (held > 0) take_line(block, held);
}

int main(int argc, char **argv) {
  long lines = 0;
  if (argc > 3 && !strcmp(argv[1], "--count")) {
    lines = atol(argv[2]);
    for (char *rest = argv[3], *name; (name = strsep(&rest, ",")) && count < most_sources;)
      sources[count++] = (struct source){.name = name, .name_size = strlen(name)};
    argv += 3;
    argc -= 3;
  }
  if (argc < 4) {
    fprintf(stderr, "usage: stopwatch [--count LINES NAMES] RESULT OUTPUT ARGV...\n");
    return 64;
  }
  int output = open(argv[2], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  int ends[2] = {-1, -1};
  if (output < 0 || input < 0 || pipe2(ends, O_CLOEXEC) < 0) return 74;
  words = output;
  long long begin = now_ns();
  int pid = fork();
  if (pid < 0) return 71;
  if (pid == 0) {
    dup2(input, 0);
    dup2(count > 0 ? ends[1] : output, 1);
    dup2(output, 2);
    execvp(argv[3], argv + 3);
    perror(argv[3]);
    _exit(127);
  }
  close(ends[1]);
  if (count > 0) count_lines(ends[0]);
  int status;
  struct rusage usage;
  if (wait4(pid, &status, 0, &usage) != pid) return 71;
  double ms = (now_ns() - begin) / 1e6;
  long whole = 0;
  for (int i = 0; i < count; i += 1) whole += sources[i].whole;
  FILE *result = fopen(argv[1], "we");
  if (!result) return 74;
  fprintf(result, "{\"ms\":%.3f,\"exitCode\":%d,\"peakKb\":%ld,\"bytes\":%lld,\"lost\":%ld,\"torn\":%ld,\"others\":%ld}\n", ms,
          WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), usage.ru_maxrss, bytes, lines * count - whole, torn,
          others);
  return fclose(result) == 0 ? 0 : 74;
}
