import fc from 'fast-check';
import { createLedger } from '../../../src/ledger/ledger.ts';
import { parseAddress } from '../../../src/model/address.ts';
import { createRecordingDecoder, readHeader } from '../../../src/platform/replay/recording-decoder.ts';
import { shiftTimes } from '../../../src/platform/replay/shift-times.ts';
import { ownerCodeOf, parseSocket } from '../../../src/platform/replay/socket-text.ts';
import { createRecordingEncoder, headerLine } from '../../../src/store/recording-encoder.ts';
import { type FuzzTarget, fuzzTarget } from './fuzz-target.ts';
import { mutatedJson, mutatedText } from './mutate.ts';
import { SEED_SAMPLES } from './seed-samples.ts';

const RECORDED: readonly string[] = (() => {
  const encode = createRecordingEncoder();
  return SEED_SAMPLES.map((sample) => {
    const slices = encode(sample);
    for (;;) {
      const { done, value } = slices.next();
      if (done === true) return value.trim();
    }
  });
})();
const SOCKET = 'tcp 4 established host 127.0.0.1:40000 10.0.0.1:443 12 0 0 371@1690000000000';

/** What an exporter does with a recording line by line, and with the sample that comes out. */
function replay(lines: readonly string[]): void {
  const decode = createRecordingDecoder();
  const ledger = createLedger({ stuckAfterMs: 10_000, processLimit: 2 });
  lines.forEach((line, index) => void ledger.reduce(shiftTimes(decode(line, index + 2), 5)));
}

/** What other hosts wrote down. */
export const RECORDING_TARGETS: readonly FuzzTarget[] = [
  fuzzTarget('platform/replay/recording-decoder.ts readHeader', mutatedText([headerLine(false).trim()]), readHeader),
  fuzzTarget(
    'platform/replay/recording-decoder.ts createRecordingDecoder',
    fc.oneof(
      fc.tuple(mutatedJson([JSON.parse(RECORDED[0] as string)]), fc.constant(RECORDED[1] as string)),
      fc.tuple(fc.constant(RECORDED[0] as string), mutatedJson([JSON.parse(RECORDED[1] as string)])),
      fc.tuple(fc.constant(RECORDED[0] as string), mutatedText(RECORDED)),
    ),
    replay,
  ),
  fuzzTarget('platform/replay/socket-text.ts parseSocket', mutatedText([SOCKET]), (text) => {
    const socket = parseSocket(text);
    const numbers = [socket?.protocol, socket?.state, socket?.localPort].filter((value) => value !== undefined);
    if (!numbers.every(Number.isInteger)) throw new TypeError(`numbers of a socket: ${numbers}`);
  }),
  fuzzTarget('platform/replay/socket-text.ts ownerCodeOf', mutatedText(['kernel', '371@1690000000000']), (text) => {
    const code = ownerCodeOf(text);
    if (code !== undefined && !(code < 0)) throw new TypeError(`an owner code: ${code}`);
  }),
  fuzzTarget('model/address.ts parseAddress', mutatedText(['10.0.0.1', 'fe80::1', '::ffff:1.2.3.4']), parseAddress),
];
