// Stands in for `powershell -Command -`: for each line that asks for a CIM class it prints the lines of C:\canned\CLASS.txt and
// the end mark with their number. Without that file it says that there is no such class.
#include <stdio.h>
#include <string.h>

static const char *classes[] = {"MSFT_NetTCPConnection", "MSFT_NetUDPEndpoint", "Win32_Process", "Win32_Service"};

int main(void) {
  static char line[65536];
  while (fgets(line, sizeof line, stdin)) {
    char *mark = strstr(line, "--END ");
    int id = 0;
    if (!mark || sscanf(mark, "--END %d", &id) != 1) continue;
    for (int i = 0; i < 4; i++) {
      if (!strstr(line, classes[i])) continue;
      char path[256], row[4096];
      sprintf(path, "C:\\canned\\%s.txt", classes[i]);
      FILE *file = fopen(path, "r");
      int rows = 0;
      while (file && fgets(row, sizeof row, file)) fputs(row, stdout), rows++;
      if (file) printf("--END %d %d--\n", id, rows), fclose(file);
      else printf("--ERR %d no such class--\n", id);
      fflush(stdout);
    }
  }
  return 0;
}
