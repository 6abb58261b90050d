// A watcher with nothing to watch: says that it is there, and waits.
//
//   watcher STAMPS
//
// SIGUSR1 is its death: exit code 3, right after the stamp "exit". Its name is that of the folder it works in.
#include "stamp.h"
#include <signal.h>

int main(int argc, char **argv) {
  char folder[4096];
  if (argc != 2 || !getcwd(folder, sizeof folder)) return 64;
  const char *name = strrchr(folder, '/') + 1;
  sigset_t death;
  sigemptyset(&death);
  sigaddset(&death, SIGUSR1);
  sigprocmask(SIG_BLOCK, &death, NULL);
  int stamps = open_stamps(argv[1]);
  dprintf(1, "watching %s\n", name);
  stamp(stamps, name, "start", now_ns());
  int signal;
  sigwait(&death, &signal);
  stamp(stamps, name, "exit", now_ns());
  _exit(3);
}
