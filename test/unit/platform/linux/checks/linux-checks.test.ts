import { describe, expect, test } from 'vitest';
import { ExporterError } from '../../../../../src/errors.ts';
import { checkCapabilities } from '../../../../../src/platform/linux/checks/capabilities-check.ts';
import { checkHidepid } from '../../../../../src/platform/linux/checks/hidepid-check.ts';
import { checkKernel } from '../../../../../src/platform/linux/checks/kernel-check.ts';
import { findListener } from '../../../../../src/platform/linux/checks/listener.ts';
import { checkNetlink } from '../../../../../src/platform/linux/checks/netlink-check.ts';
import { reserveCommand } from '../../../../../src/platform/linux/checks/reserve-command.ts';
import { checkScope } from '../../../../../src/platform/linux/checks/scope-check.ts';
import { checkTracefs } from '../../../../../src/platform/linux/checks/tracefs-check.ts';
import { FakeHost } from '../../../../helpers/fake-host.ts';

/** A proc root of the given files; others cannot be read. */
const proc =
  (files: Readonly<Record<string, string>>) =>
  (file: string): string =>
    files[file] ?? '';

const ALL_IDS = '         0          0 4294967295\n';
const status = (capEff: string) => `Name:\tnode\nCapEff:\t${capEff}\nCapBnd:\t000001ffffffffff\n`;
const CAPABILITIES = {
  none: '0000000000000000',
  ptrace: '0000000000080000',
  read: '0000000000000004',
  owners: '0000000000080004',
  container: '00000000a80425fb',
  all: '000001ffffffffff',
} as const;

test.each([
  ['6.8.0-31-generic', 'ok'],
  ['6.18.44', 'ok'],
  ['7.0.1', 'ok'],
  ['6.7.12', 'warning'],
  ['5.14.0-427.el9.x86_64', 'warning'],
  ['strange', 'warning'],
])('the kernel %s is %s', (release, result) => {
  expect(checkKernel(release).result).toBe(result);
});

describe('netlink', () => {
  const opened = (check: () => void) => () => ({ check, close: () => {} });

  test('is well when it answers', () => {
    expect(checkNetlink(opened(() => {})).result).toBe('ok');
  });

  test.each([
    ['EPH_NETLINK_OPEN', 'npm ci --omit=dev'],
    ['EPH_NETLINK_ERROR', 'modprobe -a inet_diag tcp_diag udp_diag'],
  ] as const)('that fails with %s is mended by %s', (code, remedy) => {
    const found = checkNetlink(
      opened(() => {
        throw new ExporterError(code, 'no koffi, or no module');
      }),
    );
    expect(found).toEqual({
      result: 'warning',
      why: expect.stringMatching(/^no koffi.* hides bound-only ports$/),
      remedy,
    });
  });

  test('is closed after it was tried, and a defect is not taken for trouble of the host', () => {
    let closed = 0;
    const open = () => ({
      check: () => {
        throw new TypeError('a defect');
      },
      close: () => void closed++,
    });
    expect(() => checkNetlink(open)).toThrow('a defect');
    expect(closed).toBe(1);
  });
});

describe('capabilities', () => {
  const check = (capEff: string, scope: 'host' | 'container' = 'host', uidMap = ALL_IDS) =>
    checkCapabilities(proc({ 'self/status': status(capEff), 'self/uid_map': uidMap }), scope);

  test.each([
    ['none', 'warning', 'CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH'],
    ['ptrace', 'warning', 'without CAP_DAC_READ_SEARCH the owners'],
    ['read', 'warning', 'without CAP_SYS_PTRACE the owners'],
    ['container', 'warning', 'without CAP_SYS_PTRACE the owners'],
    ['owners', 'ok', 'not CAP_SYS_ADMIN'],
    ['all', 'ok', 'and CAP_SYS_ADMIN'],
  ] as const)('%s: %s', (held, result, why) => {
    const found = check(CAPABILITIES[held]);
    expect(found).toMatchObject({ result, why: expect.stringContaining(why) });
    expect(found.remedy).toMatch(result === 'ok' ? /^$/ : /AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH/);
  });

  test('a container is told the flags that are missing, and no more', () => {
    const { remedy } = check(CAPABILITIES.container, 'container');
    expect(remedy).toBe('start the container with --pid=host --network=host --cap-add SYS_PTRACE');
  });

  test('of a user namespace are none on the host', () => {
    const found = check(CAPABILITIES.all, 'host', '         0     100000      65536\n');
    expect(found).toMatchObject({ result: 'warning', remedy: expect.stringContaining('rootless') });
  });

  test('that cannot be read are not guessed', () => {
    expect(checkCapabilities(proc({}), 'host').result).toBe('not_applicable');
  });
});

describe('hidepid', () => {
  const mount = (options: string) => `24 30 0:22 / /proc rw,nosuid shared:13 - proc proc ${options}\n`;
  const check = (mounts: string, capEff: string) =>
    checkHidepid(proc({ 'self/mountinfo': mounts, 'self/status': status(capEff) }), '/proc');

  test.each([
    ['rw', CAPABILITIES.none, 'ok'],
    ['rw,hidepid=0', CAPABILITIES.none, 'ok'],
    ['rw,gid=4,hidepid=2', CAPABILITIES.none, 'warning'],
    ['rw,hidepid=invisible', CAPABILITIES.read, 'warning'],
    ['rw,hidepid=invisible', CAPABILITIES.ptrace, 'ok'],
  ])('%s with CapEff %s: %s', (options, capEff, result) => {
    expect(check(mount(options), capEff).result).toBe(result);
  });

  test('is mended by remounting the proc root', () => {
    expect(check(mount('rw,hidepid=2'), CAPABILITIES.none).remedy).toMatch(/^mount -o remount,hidepid=0 \/proc,/);
  });

  test('counts on the topmost mount only', () => {
    expect(check(mount('rw,hidepid=2') + mount('rw'), CAPABILITIES.none).result).toBe('ok');
  });
});

test.each([
  [{ name: 'host', scope: 'host' }, 'ok', ''],
  [{ name: 'self', scope: 'host' }, 'warning', 'nsenter --net=/proc/1/ns/net'],
  [{ name: 'self', scope: 'container' }, 'warning', '--pid=host --network=host'],
] as const)('the scope of %j is %s', (identity, result, remedy) => {
  const found = checkScope({ ...identity, inode: '4026531833' });
  expect(found).toMatchObject({ result, remedy: expect.stringContaining(remedy) });
});

describe('tracefs', () => {
  const mounted = proc({ 'self/mountinfo': '40 24 0:12 / /sys/kernel/tracing rw - tracefs tracefs rw\n' });
  const check = (readText: typeof mounted, mode: 'off' | 'on' | 'auto', mayUse: boolean) =>
    checkTracefs(readText, mode, () => mayUse);

  test('that can be used is well, and says what it would be good for', () => {
    expect(check(mounted, 'off', true)).toMatchObject({
      result: 'ok',
      why: expect.stringContaining('--linux.trace=auto'),
    });
    expect(check(mounted, 'auto', true)).toMatchObject({ result: 'ok', why: 'connections can be traced' });
  });

  test('that is missing matters only to who wants a trace', () => {
    expect(check(proc({}), 'off', true).result).toBe('not_applicable');
    expect(check(proc({}), 'on', true)).toMatchObject({
      result: 'warning',
      remedy: expect.stringMatching(/^mount -t tracefs nodev \/sys\/kernel\/tracing/),
    });
  });

  test('that lets nobody in needs root', () => {
    expect(check(mounted, 'auto', false)).toMatchObject({
      result: 'warning',
      why: '--linux.trace=auto cannot trace: /sys/kernel/tracing does not let this process in',
      remedy: expect.stringMatching(/^run it as root/),
    });
  });
});

describe('the listener of a port', () => {
  const host = new FakeHost();
  const inode = host.open(host.start(12, { comm: 'nginx' }));
  const line = (port: string, state: string, of: number) =>
    `   0: 00000000:${port} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${of} 1 0 100 0\n`;
  const read = (table: string) => proc({ 'self/net/tcp6': table, '12/comm': 'nginx\n' });

  test('is its process', () => {
    expect(findListener(10_071, read(line('2757', '0A', inode)), host.processFs)).toBe('nginx (pid 12)');
  });

  test.each([
    ['another port', line('2758', '0A', inode)],
    ['a connection', line('2757', '01', inode)],
    ['a socket of nobody who can be seen', line('2757', '0A', 999_999)],
    ['no table', ''],
  ])('is not %s', (_what, table) => {
    expect(findListener(10_071, read(table), host.processFs)).toBe('');
  });
});

test.each([
  ['\n', '10071'],
  ['8080,9148-9150\n', '8080,9148-9150,10071'],
])('reserving a port keeps what is reserved: %j', (reserved, list) => {
  const file = '/etc/sysctl.d/60-ephemeral-port-exporter.conf';
  expect(reserveCommand(10_071, reserved)).toBe(
    `echo net.ipv4.ip_local_reserved_ports=${list} > ${file} && sysctl -p ${file}`,
  );
});
