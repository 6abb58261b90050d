// What `true` does, and a line that says in which folder: nobody has to be believed that it went everywhere.
//
//   mark FILE
//
// Linked dynamically, as `true` is, so that it costs what `true` costs.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  char folder[4096], line[300];
  if (argc != 2 || !getcwd(folder, sizeof folder)) return 64;
  int fd = open(argv[1], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return 74;
  int size = snprintf(line, sizeof line, "%s\n", strrchr(folder, '/') + 1);
  return write(fd, line, size) == size ? 0 : 74;
}
