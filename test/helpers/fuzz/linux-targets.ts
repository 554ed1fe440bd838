import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decodeName, isFresh } from '../../../src/platform/linux/bound/bound-socket.ts';
import { decodeBpfRecords } from '../../../src/platform/linux/bound/bpf-records.ts';
import { hasCapability, isInitialUserNamespace } from '../../../src/platform/linux/checks/capabilities.ts';
import { checkKernel } from '../../../src/platform/linux/checks/kernel-check.ts';
import { findMountPoint } from '../../../src/platform/linux/mount-point.ts';
import { parseNamespaceLink } from '../../../src/platform/linux/namespace-name.ts';
import { containerOfCgroup } from '../../../src/platform/linux/namespaces/container-of-cgroup.ts';
import {
  parseConnectionCounts,
  parseProtocols,
  parseSockstat,
} from '../../../src/platform/linux/namespaces/sockstat.ts';
import { appendDiagRows } from '../../../src/platform/linux/netlink/inet-diag.ts';
import { parseSocketLink } from '../../../src/platform/linux/owners/process-fs-node.ts';
import { cutDeleted, sanitizeName } from '../../../src/platform/linux/owners/process-name.ts';
import { parseBootTimeMs, parseProcessStat } from '../../../src/platform/linux/owners/process-stat.ts';
import { unitOfCgroup } from '../../../src/platform/linux/owners/unit-name.ts';
import { parseRange, parseReserved } from '../../../src/platform/linux/port-range.ts';
import { GrowableDump } from '../../../src/platform/linux/sockets/growable-dump.ts';
import { appendProcNetLine } from '../../../src/platform/linux/sockets/proc-net.ts';
import { parsePageLayout, parseRecordLayout } from '../../../src/platform/linux/trace/trace-format.ts';
import { decodePage } from '../../../src/platform/linux/trace/trace-page.ts';
import { readStateChange } from '../../../src/platform/linux/trace/trace-record.ts';
import { concatBytes, diagPayload, doneMessage, netlinkMessage, receivedBuffer } from '../netlink-bytes.ts';
import { type FuzzTarget, fuzzTarget } from './fuzz-target.ts';
import { mutatedBytes, mutatedText, mutatedTextBytes } from './mutate.ts';

const everyPort = new Uint8Array(65_536).fill(1);
const readTrace = (name: string): Buffer => readFileSync(new URL(`../../fixtures/trace/${name}`, import.meta.url));

const CGROUP_ID = Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 0);
const row = (socket: Parameters<typeof diagPayload>[0]) => netlinkMessage(20, diagPayload(socket));
const DIAG_SEEDS = [
  concatBytes(
    row({
      attributes: [
        [21, CGROUP_ID],
        [8, Uint8Array.of(0)],
      ],
    }),
    row({ state: 7, inode: 9 }),
    doneMessage(),
  ),
  concatBytes(row({ family: 10, local: Array(16).fill(1), remote: Array(16).fill(2), state: 6 }), row({ family: 10 })),
  doneMessage(105),
  netlinkMessage(20, diagPayload({}), { flags: 0x12 }),
];

const PROC_NET_SEEDS = [
  '   0: 0100007F:9C40 0100007F:0050 01 00000000:00000000 02:000000A0 00000000     0        0 12345 2 0000000000000000 20 4 1 10 -1',
  '  12: 00000000000000000000000001000000:9C40 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 4294967295 1 0000000000000000 100 0 0 10 0',
  ' 2291: 00000000:A001 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 77 2 0000000000000000 0',
];

const CGROUPS = [
  '0::/system.slice/nginx.service\n',
  `12:cpu:/kubepods/burstable/pod1/${'a'.repeat(64)}\n1:name=systemd:/user.slice/user-0.slice/session-3.scope\n`,
];
const STAT = '4242 (a) b (c)) S 1 4242 4242 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1 2 3';
const FORMAT = readTrace('inet_sock_set_state.format').toString();
const HEADER_PAGE = readTrace('header_page').toString();
const RAW_PAGE = readTrace('raw-page.bin').subarray(0, 640);

const sockaddr = (family: number, length: number) =>
  Uint8Array.from({ length }, (_, at) => [family, 0, 0x9c][at] ?? at);
const bpfWords = [1, 3, 77, 4_026_531_840, 2, 40_001, 7, 6, 2, 4, 78, 4_026_531_840, 10, 40_002, 7, 262];

function decodeDiag(bytes: Uint8Array): void {
  for (const [family, protocol] of [
    [2, 6],
    [10, 17],
  ] as const) {
    const dump = new GrowableDump(1);
    const request = { family, protocol, states: 0xfff };
    const length = Math.min(bytes.length, 65_536);
    appendDiagRows(receivedBuffer(bytes.subarray(0, length)), length, { request, sequence: 1, dump, ports: everyPort });
  }
}

function decodeLine(bytes: Uint8Array): void {
  const addressDigits = bytes.length > 180 ? 32 : 8;
  const context = { protocol: 'tcp', addressDigits, dump: new GrowableDump(1), ports: everyPort } as const;
  appendProcNetLine(bytes, 0, bytes.length, context);
}

function decodeTrace([format, header, page]: readonly [string, string, Uint8Array]): void {
  const records = parseRecordLayout(format);
  const pages = parsePageLayout(header);
  if (records === undefined || pages === undefined) return;
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  decodePage(view, pages, (start, end, timeNs) => readStateChange(view, records, start, end, timeNs));
}

const steadyOr = (text: string): fc.Arbitrary<string> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(text) }, { weight: 1, arbitrary: mutatedText([text]) });

/** What the kernel says on Linux. */
export const LINUX_TARGETS: readonly FuzzTarget[] = [
  fuzzTarget('platform/linux/netlink/inet-diag.ts appendDiagRows', mutatedBytes(DIAG_SEEDS), decodeDiag),
  fuzzTarget('platform/linux/sockets/proc-net.ts appendProcNetLine', mutatedTextBytes(PROC_NET_SEEDS), decodeLine),
  fuzzTarget(
    'platform/linux/bound/bound-socket.ts decodeName',
    fc.tuple(mutatedBytes([sockaddr(2, 16), sockaddr(10, 28), sockaddr(1, 20)]), fc.nat(40)),
    ([bytes, length]) => decodeName(bytes, length),
  ),
  fuzzTarget(
    'platform/linux/bound/bound-socket.ts isFresh',
    fc.tuple(mutatedBytes([new Uint8Array(232), new Uint8Array(104)]), fc.nat(300)),
    ([bytes, length]) => isFresh(bytes, length),
  ),
  fuzzTarget(
    'platform/linux/checks/capabilities.ts hasCapability',
    mutatedText(['CapPrm:\t000001ffffffffff\nCapEff:\t000001fffeffffff\n']),
    (text) => hasCapability(text, 'CAP_SYS_PTRACE'),
  ),
  fuzzTarget(
    'platform/linux/checks/capabilities.ts isInitialUserNamespace',
    mutatedText(['         0          0 4294967295\n']),
    isInitialUserNamespace,
  ),
  fuzzTarget(
    'platform/linux/checks/kernel-check.ts checkKernel',
    mutatedText(['6.18.5', '5.10.0-28-amd64']),
    checkKernel,
  ),
  fuzzTarget(
    'platform/linux/bound/bpf-records.ts decodeBpfRecords',
    mutatedBytes([new Uint8Array(Uint32Array.from(bpfWords).buffer)]),
    (bytes) => decodeBpfRecords(bytes, 4_026_531_840),
  ),
  fuzzTarget(
    'platform/linux/mount-point.ts findMountPoint',
    mutatedText([
      '29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n30 24 0:12 / /sys/kernel/tracing\\040x rw - tracefs tracefs rw\n',
    ]),
    (text) => [findMountPoint(text, 'cgroup2'), findMountPoint(text, 'tracefs')],
  ),
  fuzzTarget(
    'platform/linux/namespace-name.ts parseNamespaceLink',
    mutatedText(['net:[4026531840]']),
    parseNamespaceLink,
  ),
  fuzzTarget('platform/linux/port-range.ts parseRange', mutatedText(['32768\t60999\n']), parseRange),
  fuzzTarget(
    'platform/linux/port-range.ts parseReserved',
    mutatedText(['8080,9148-9150,40000-40049\n']),
    parseReserved,
  ),
  fuzzTarget(
    'platform/linux/owners/process-fs-node.ts parseSocketLink',
    mutatedText(['socket:[12345]', '/dev/null']),
    parseSocketLink,
  ),
  fuzzTarget('platform/linux/owners/process-name.ts cutDeleted', mutatedText(['/usr/bin/a (deleted)']), cutDeleted),
  fuzzTarget(
    'platform/linux/owners/process-name.ts sanitizeName',
    mutatedText(['leaky-dns', '(kernel)', 'ünïcödé 名前']),
    sanitizeName,
  ),
  fuzzTarget('platform/linux/owners/process-stat.ts parseProcessStat', mutatedText([STAT]), parseProcessStat),
  fuzzTarget(
    'platform/linux/owners/process-stat.ts parseBootTimeMs',
    mutatedText(['cpu 1 2\nbtime 1700000000\n']),
    parseBootTimeMs,
  ),
  fuzzTarget('platform/linux/trace/trace-format.ts parseRecordLayout', mutatedText([FORMAT]), parseRecordLayout),
  fuzzTarget('platform/linux/trace/trace-format.ts parsePageLayout', mutatedText([HEADER_PAGE]), parsePageLayout),
  fuzzTarget(
    'platform/linux/trace/trace-page.ts decodePage',
    fc.tuple(steadyOr(FORMAT), steadyOr(HEADER_PAGE), mutatedBytes([RAW_PAGE])),
    decodeTrace,
  ),
  fuzzTarget(
    'platform/linux/trace/trace-record.ts readStateChange',
    fc.tuple(mutatedText([FORMAT]), fc.constant(HEADER_PAGE), fc.constant(RAW_PAGE)),
    decodeTrace,
  ),
  fuzzTarget(
    'platform/linux/namespaces/container-of-cgroup.ts containerOfCgroup',
    mutatedText(CGROUPS),
    containerOfCgroup,
  ),
  fuzzTarget(
    'platform/linux/namespaces/sockstat.ts parseSockstat',
    mutatedText(['sockets: used 12\nTCP: inuse 1 orphan 0 tw 7 alloc 5 mem 2\nUDP: inuse 3 mem 0\n']),
    parseSockstat,
  ),
  fuzzTarget(
    'platform/linux/namespaces/sockstat.ts parseProtocols',
    mutatedText(['protocol  size sockets  memory\nTCPv6     2560      3       1\nTCP       2432     19       1\n']),
    parseProtocols,
  ),
  fuzzTarget(
    'platform/linux/namespaces/sockstat.ts parseConnectionCounts',
    mutatedText(['Tcp: RtoMin ActiveOpens PassiveOpens CurrEstab\nTcp: 200 17 3 1\n']),
    parseConnectionCounts,
  ),
  fuzzTarget('platform/linux/owners/unit-name.ts unitOfCgroup', mutatedText(CGROUPS), unitOfCgroup),
];
