// Stands in for the part of iphlpapi.dll that Wine does not have: the same contract of (table **, heap, flags), a block of the
// given heap that the caller frees. -DCRASH dies in the call, -DLYING claims rows that are not there, -DEMPTY has none.
#include <winsock2.h>
#include <ws2ipdef.h>
#include <windows.h>
#include <iphlpapi.h>

static void *given[16];
static HANDLE heap_of[16];
static int count;

// Larger than the table, so that a freed block does not come back under another owner at the same place.
static const SIZE_T BLOCK = 1234560;

static void *give(HANDLE heap, ULONG flags) {
  void *block = HeapAlloc(heap, flags | HEAP_ZERO_MEMORY, BLOCK);
  heap_of[count % 16] = heap;
  given[count++ % 16] = block;
  return block;
}

// How many tables were given so far, and how many of the last 16 are still allocated.
__declspec(dllexport) ULONG WINAPI GivenTables(void) { return count; }
__declspec(dllexport) ULONG WINAPI LiveTables(void) {
  ULONG live = 0;
  for (int i = 0; i < 16 && i < count; i++) live += HeapValidate(heap_of[i], 0, given[i]) && HeapSize(heap_of[i], 0, given[i]) == BLOCK;
  return live;
}

#ifdef EMPTY
#define ROWS 0
#else
#define ROWS 3
#endif

__declspec(dllexport) ULONG WINAPI InternalGetBoundTcpEndpointTable(PVOID *table, PVOID heap, ULONG flags) {
#ifdef CRASH
  *(volatile int *)1 = 1;
#endif
  MIB_TCPTABLE2 *t = give(heap, flags);
  t->dwNumEntries = ROWS;
#ifdef LYING
  t->dwNumEntries = 1000000;
#endif
  for (int i = 0; i < ROWS; i++) {
    t->table[i].dwState = i;
    t->table[i].dwLocalPort = htons(50400 + i) | 0xabcd0000;
    t->table[i].dwOwningPid = GetCurrentProcessId();
  }
  *table = t;
  return 0;
}

__declspec(dllexport) ULONG WINAPI InternalGetBoundTcp6EndpointTable(PVOID *table, PVOID heap, ULONG flags) {
  MIB_TCP6TABLE2 *t = give(heap, flags);
  t->dwNumEntries = 1;
  t->table[0].LocalAddr.u.Byte[15] = 1;
  t->table[0].dwLocalPort = htons(50511);
  t->table[0].dwOwningPid = GetCurrentProcessId();
  *table = t;
  return 0;
}
