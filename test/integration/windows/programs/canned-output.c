// Stands in for a Windows program: prints the file in C:\canned that is named by its own name and arguments, `netstat -ano`
// as netstat-ano.txt. Without that file it prints nothing and ends well, as Wine's own stand-ins do. Each call is noted in
// C:\canned\calls.log.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ctype.h>
#include <fcntl.h>
#include <io.h>

int main(int argc, char **argv) {
  char path[1024] = "C:\\canned\\";
  char *name = strrchr(argv[0], '\\');
  name = name ? name + 1 : argv[0];
  for (int i = 0; i < argc; i++) {
    char *text = i == 0 ? name : argv[i];
    if (i > 0 && path[strlen(path) - 1] != '-') strcat(path, "-");
    for (char *c = text; *c && strlen(path) < 900; c++) {
      if (i == 0 && *c == '.') break;
      size_t end = strlen(path);
      if (isalnum((unsigned char)*c)) path[end] = tolower(*c), path[end + 1] = 0;
      else if (path[end - 1] != '-') path[end] = '-', path[end + 1] = 0;
    }
  }
  FILE *calls = fopen("C:\\canned\\calls.log", "a");
  if (calls) {
    fputs(name, calls);
    for (int i = 1; i < argc; i++) fprintf(calls, " %s", argv[i]);
    fputs("\n", calls);
    fclose(calls);
  }
  strcat(path, ".txt");
  FILE *file = fopen(path, "rb");
  if (!file) return 0;
  _setmode(1, O_BINARY);
  char buffer[65536];
  size_t got;
  while ((got = fread(buffer, 1, sizeof buffer, file)) > 0) fwrite(buffer, 1, got, stdout);
  return 0;
}
