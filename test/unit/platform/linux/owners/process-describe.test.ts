import { describe, expect, it } from 'vitest';
import { BOOT_SECONDS, FakeHost } from '../../../../helpers/fake-host.ts';
import { readingOf } from '../../../../helpers/owner-reading.ts';

describe('description of an owner', () => {
  it('has name, unit, executable and start of the process', () => {
    const host = new FakeHost();
    const executable = '/opt/dns/filter (deleted)';
    host.open(host.start(100, { executable, cgroup: '0::/system.slice/dns.service\n', startTicks: 1_234 }));
    expect(readingOf(host)().processes).toEqual([
      {
        pid: 100,
        startMs: BOOT_SECONDS * 1000 + 12_340,
        name: 'filter',
        unit: 'dns.service',
        executable: '/opt/dns/filter',
        executableChangeMs: 1_699_000_000_000,
        handles: -1,
      },
    ]);
  });

  it('follows an exec and a move to another unit until the process is 10 s old, and no longer', () => {
    const host = new FakeHost();
    host.bootMs = 100_000;
    const process = host.start(100, { startTicks: 10_000, executable: '/bin/sh', cgroup: '0::/init.scope\n' });
    host.open(process);
    const read = readingOf(host);
    const nameAndUnit = (afterMs: number) => read(afterMs).processes.map((row) => `${row.name} ${row.unit}`);
    expect(nameAndUnit(1_000)).toEqual(['sh init.scope']);
    process.executable = '/usr/sbin/named';
    process.cgroup = '0::/system.slice/named.service\n';
    expect(nameAndUnit(8_000)).toEqual(['named named.service']);
    expect(nameAndUnit(2_000)).toEqual(['named named.service']);
    process.executable = '/tmp/evil';
    process.cgroup = '0::/\n';
    expect(nameAndUnit(5_000)).toEqual(['named named.service']);
  });

  it('falls back to the newest comm where the executable is out of sight', () => {
    const host = new FakeHost();
    host.bootMs = 0;
    const process = host.start(100, { startTicks: 0, executable: '', comm: 'first' });
    host.open(process);
    const read = readingOf(host);
    expect(read(1_000).processes[0]).toMatchObject({ name: 'first', executable: '', executableChangeMs: 0 });
    process.comm = 'second';
    expect(read(1_000).processes[0]?.name).toBe('second');
  });

  it('counts the handles of a process with ten sockets and of none with fewer', () => {
    for (const tellsFdCount of [true, false]) {
      const host = new FakeHost();
      host.tellsFdCount = tellsFdCount;
      const [few, many] = [host.start(100), host.start(200)];
      for (let count = 0; count < 9; count++) host.open(few);
      for (let count = 0; count < 10; count++) host.open(many);
      const { processes } = readingOf(host)();
      expect(processes.map((row) => [row.pid, row.handles])).toEqual([
        [100, -1],
        [200, 11],
      ]);
    }
  });

  it('counts the handles anew in each sample, also of a process that opens more before every one', () => {
    const host = new FakeHost();
    const leaky = host.start(100);
    for (let count = 0; count < 10; count++) host.open(leaky);
    const read = readingOf(host);
    const counted = [1, 2, 3, 4].map(() => {
      host.open(leaky);
      return [read().processes[0]?.handles, leaky.fds.size];
    });
    expect(counted.map(([handles]) => handles)).toEqual(counted.map(([, open]) => open));
  });

  it('reads the command line only where a rule asks for it, blanks between the arguments', () => {
    const host = new FakeHost();
    host.open(host.start(100, { executable: '/usr/bin/java', commandLine: 'java\0-jar\0/srv/shop.jar\0' }));
    const nameRules = [{ name: '$1', commandLine: /^java -jar \/srv\/(.*)\.jar$/ }];
    expect(readingOf(host, { nameRules })().processes[0]?.name).toBe('shop');
    const processFs = { ...host.processFs, readCommandLine: () => expect.fail('read without need') };
    expect(readingOf(host, { processFs })().processes[0]?.name).toBe('java');
  });
});
