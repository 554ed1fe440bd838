import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { imageOfHistory } from '../../../src/ledger/history-image.ts';
import { createLedger } from '../../../src/ledger/ledger.ts';
import { imageOfLedger } from '../../../src/ledger/ledger-image.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { decodeImage, encodeImage, sealBody, unsealFile } from '../../../src/store/ledger-codec.ts';
import type { LedgerFs } from '../../../src/store/ledger-files.ts';
import { createLedgerJournal } from '../../../src/store/ledger-journal.ts';
import { type FuzzTarget, fuzzTarget } from './fuzz-target.ts';
import { mutatedBytes, mutatedJson } from './mutate.ts';
import { SEED_SAMPLES } from './seed-samples.ts';

const OPTIONS = { stuckAfterMs: 10_000, processLimit: 2 };
const LAST = SEED_SAMPLES.at(-1) as Sample;

/** A ledger that has seen all samples. */
const LEDGER = (() => {
  const ledger = createLedger(OPTIONS);
  for (const sample of SEED_SAMPLES) ledger.reduce(sample);
  return ledger;
})();
const IMAGES = {
  'ledger.bin': imageOfLedger(LEDGER.state, LAST, 0),
  'history.bin': imageOfHistory(LEDGER.state.history),
};
type ImageFile = keyof typeof IMAGES;
const BODIES = Object.values(IMAGES).map(encodeImage);
const seal = (body: Uint8Array): Buffer => sealBody(gzipSync(body, { level: 0 }));

/** What an exporter does with files of a ledger when it starts. */
async function start(files: Readonly<Partial<Record<ImageFile, Buffer>>>): Promise<void> {
  const fs = {
    async readFile(path: string) {
      const file = files[path.slice(path.lastIndexOf('/') + 1) as ImageFile];
      if (file === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' });
      return file;
    },
    rename: async () => {},
  } as unknown as LedgerFs;
  const clocks = { nowMs: () => 0, wallMs: () => 1_700_000_000_000 };
  const journal = createLedgerJournal({ directory: '/state', fs, ...clocks, onTrouble: () => {} });
  const remembered = await journal.load();
  // Nothing left of the files: an empty ledger, of which there is nothing to find out.
  if (Object.keys(remembered).length > 0) createLedger(OPTIONS, remembered).reduce(LAST);
}

const damagedHead = fc
  .constantFrom<ImageFile>('ledger.bin', 'history.bin')
  .chain((name) => mutatedJson([IMAGES[name].head]).map((json) => ({ name, head: JSON.parse(json) as never })));

/** What earlier runs wrote down. */
export const LEDGER_TARGETS: readonly FuzzTarget[] = [
  fuzzTarget('store/ledger-codec.ts unsealFile', mutatedBytes(BODIES.map(seal)), (bytes) =>
    unsealFile(Buffer.from(bytes)),
  ),
  fuzzTarget('store/ledger-codec.ts decodeImage', mutatedBytes(BODIES), (bytes) => decodeImage(Buffer.from(bytes))),
  fuzzTarget('store/ledger-journal.ts createLedgerJournal', damagedHead, ({ name, head }) =>
    start({ [name]: seal(encodeImage({ ...IMAGES[name], head })) }),
  ),
  fuzzTarget('store/ledger-files.ts readImage', mutatedBytes(BODIES), (bytes) =>
    start({ 'ledger.bin': seal(bytes), 'history.bin': seal(bytes) }),
  ),
];
