// Writes LINES lines of 100 bytes to stdout as fast as it can, and ends.
//
//   torrent LINES
//
// Each has its number in 9 digits and the name of the folder it works in, so that no line can be lost, torn or laid to another's account unseen.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
  char folder[4096];
  if (argc != 2 || !getcwd(folder, sizeof folder)) return 64;
  const char *name = strrchr(folder, '/') + 1;
  if (strlen(name) > 60) return 64;
  static char block[block_lines * line_size];
  for (int i = 0; i < block_lines; i += 1) {
    char *line = block + i * line_size;
    memset(line, 'x', line_size);
    line[9] = ' ';
    memcpy(line + 10, name, strlen(name));
    line[10 + strlen(name)] = ' ';
    line[line_size - 1] = '\n';
  }
  long lines = atol(argv[1]);
  for (long line = 0; line < lines;) {
    int count = lines - line < block_lines ? lines - line : block_lines;
    for (int i = 0; i < count; i += 1) put_number(block + i * line_size, line + i);
    write_all(block, (size_t)count * line_size);
    line += count;
  }
  return 0;
}
