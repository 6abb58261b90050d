// Writes LINES lines of 100 bytes to stdout as fast as it can, once it is told to, and lives on.
//
//   chatter NAME PORT STAMPS LINES GO
//
// It listens at once (that is: ready), then opens the FIFO GO, which blocks until the bench opens it too: the bench looks at the CPU time of
// the supervisor exactly before and after. Stamps: start, ready, begin, end. Line i is i in 9 digits and the same letters in every line.
#include "listen.h"
#include "stamp.h"
#include <errno.h>
#include <signal.h>

enum { line_size = 100, block_lines = 600 };

static void write_all(const char *text, size_t size) {
  while (size > 0) {
    ssize_t written = write(1, text, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) _exit(74);
    text += written;
    size -= written;
  }
}

static void put_number(char *line, long number) {
  for (int digit = 8; digit >= 0; digit -= 1, number /= 10) line[digit] = '0' + number % 10;
}

int main(int argc, char **argv) {
  long long started = now_ns();
  if (argc != 6) {
    fprintf(stderr, "usage: chatter NAME PORT STAMPS LINES GO\n");
    return 64;
  }
  const char *name = argv[1];
  int stamps = open_stamps(argv[3]);
  long lines = atol(argv[4]);
  stamp(stamps, name, "start", started);
  int listener = bind_port(atoi(argv[2]));
  long long ready = now_ns();
  if (listen(listener, 4096) < 0) return 71; // nobody accepts: the kernel does, until 4096 probes have come
  stamp(stamps, name, "ready", ready);

  static char block[block_lines * line_size];
  for (int i = 0; i < block_lines; i += 1) {
    memset(block + i * line_size, 'x', line_size);
    block[i * line_size + 9] = ' ';
    block[i * line_size + line_size - 1] = '\n';
  }
  if (open(argv[5], O_RDONLY | O_CLOEXEC) < 0) return 74;

  stamp(stamps, name, "begin", now_ns());
  for (long line = 0; line < lines;) {
    int count = lines - line < block_lines ? lines - line : block_lines;
    for (int i = 0; i < count; i += 1) put_number(block + i * line_size, line + i);
    write_all(block, (size_t)count * line_size);
    line += count;
  }
  stamp(stamps, name, "end", now_ns());
  for (;;) pause();
}
