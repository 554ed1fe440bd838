import fc from 'fast-check';
import { OWNER_CODE } from '../../src/model/owner-code.ts';
import type { ProcessRow, Sample } from '../../src/model/sample.ts';
import { type SocketRow, socketColumnsFromRows } from '../../src/model/socket-columns.ts';

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const port = fc.integer({ min: 0, max: 65_535 });
const address = fc.oneof(
  word.map((last) => [0, 0, 0xffff, last] as const),
  fc.tuple(word, word, word, word),
  fc.constant([0, 0, 0, 0] as const),
);

export const arbitraryProcess: fc.Arbitrary<ProcessRow> = fc.record({
  pid: fc.integer({ min: 1, max: 4_000_000 }),
  startMs: fc.integer({ min: 1, max: 2 ** 41 }),
  name: fc.string({ maxLength: 20, unit: 'binary' }),
  unit: fc.string({ maxLength: 20 }),
  executable: fc.string({ maxLength: 40 }),
  executableChangeMs: fc.integer({ min: 0, max: 2 ** 41 }),
  handles: fc.integer({ min: -1, max: 100_000 }),
});

const arbitraryRow = (processes: number): fc.Arbitrary<SocketRow> =>
  fc.record({
    protocol: fc.integer({ min: 0, max: 1 }),
    family: fc.constantFrom(4, 6),
    state: fc.integer({ min: 1, max: 12 }),
    netns: fc.integer({ min: 0, max: 1 }),
    localPort: port,
    remotePort: port,
    local: address,
    remote: address,
    cookieLow: word,
    cookieHigh: word,
    createdMs: fc.integer({ min: 0, max: 2 ** 41 }),
    process: fc.integer({ min: OWNER_CODE.timeWait, max: processes - 1 }),
  });

/** A sample of any content, well formed and nothing more. */
export const arbitrarySample: fc.Arbitrary<Sample> = fc
  .uniqueArray(arbitraryProcess, { maxLength: 4, selector: ({ pid, startMs }) => `${pid}@${startMs}` })
  .chain((processes) =>
    fc.record({
      takenAtMs: fc.integer({ min: 1, max: 2 ** 41 }),
      bootMs: fc.integer({ min: 1, max: 2 ** 41 }),
      bootId: fc.uuid(),
      namespaces: fc.constant(
        ['host', 'a pod'].map((name) => ({
          name,
          inode: '1',
          container: '',
          podUid: '',
          ranges: [],
          boundVisible: true,
        })),
      ),
      processes: fc.constant(processes),
      exitedProcesses: fc.array(fc.record({ pid: fc.nat(4_000_000), startMs: fc.nat(2 ** 31 - 1) }), { maxLength: 3 }),
      sockets: fc.array(arbitraryRow(processes.length), { maxLength: 30 }).map(socketColumnsFromRows),
      sharedSockets: fc.nat(5),
      probes: fc.constant([]),
      connectionEvents: fc.constant([]),
      lostEvents: fc.nat(5),
      systemEvents: fc.constant([]),
      timeWaitSeconds: fc.constant(60),
      tcpTwReuse: fc.constant(2),
      sources: fc.constant([]),
      pieces: fc.constant([]),
      problems: fc.constant([]),
    }),
  );
