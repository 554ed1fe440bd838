import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../src/model/owner-code.ts';
import type { Sample } from '../../src/model/sample.ts';
import { createRecordingDecoder } from '../../src/platform/replay/recording-decoder.ts';
import { createRecordingEncoder } from '../../src/store/recording-encoder.ts';
import { arbitrarySample } from '../helpers/arbitrary-sample.ts';

/** A sample as a sorted list of facts, without the order of rows or of processes, which a recording need not keep. */
function facts({ sockets, processes, ...rest }: Sample): unknown {
  const owner = (index: number): string => JSON.stringify(processes[index] ?? index);
  const rows = Array.from({ length: sockets.length }, (_, row) =>
    JSON.stringify([
      sockets.protocol[row],
      sockets.family[row],
      sockets.state[row],
      sockets.netns[row],
      sockets.localPort[row],
      sockets.remotePort[row],
      [...sockets.local.subarray(row * 4, row * 4 + 4)],
      [...sockets.remote.subarray(row * 4, row * 4 + 4)],
      sockets.cookieLow[row],
      sockets.cookieHigh[row],
      sockets.createdMs[row],
      owner(sockets.process[row] ?? OWNER_CODE.gone),
    ]),
  );
  return { ...rest, rows: rows.sort() };
}

function lineOf(encode: Generator<void, string>): string {
  for (;;) {
    const step = encode.next();
    if (step.done === true) return step.value;
  }
}

describe('a recording', () => {
  it('gives back every sample that was put in, keyframe or delta', () => {
    fc.assert(
      fc.property(fc.array(arbitrarySample, { minLength: 1, maxLength: 6 }), (samples) => {
        const encode = createRecordingEncoder();
        const decode = createRecordingDecoder();
        samples.forEach((sample, index) => {
          expect(facts(decode(lineOf(encode(sample)), index + 2))).toEqual(facts(sample));
        });
      }),
      { numRuns: 200 },
    );
  });

  it('refuses garbage with its code and the line number, whatever it is', () => {
    const good = lineOf(createRecordingEncoder()(fc.sample(arbitrarySample, { numRuns: 1, seed: 7 })[0] as Sample));
    const damaged = fc
      .tuple(fc.nat(good.length - 1), fc.string({ maxLength: 5 }))
      .map(([at, junk]) => good.slice(0, at) + junk + good.slice(at + 7));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), damaged), (line) => {
        try {
          createRecordingDecoder()(line, 42);
        } catch (error) {
          expect(error).toMatchObject({ code: 'EPH_RECORDING_INVALID', message: expect.stringContaining('line 42') });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
