import { ExporterError } from '../../errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { findInformant, type Informant } from '../inspect/inspect.ts';
import { INSPECT_FLAGS, readInspectOptions } from '../inspect/inspect-options.ts';
import { type EvidenceFile, openEvidenceDirectory } from './evidence-directory.ts';
import { evidenceParts } from './evidence-parts.ts';

const MEGABYTE = 1_000_000;
/** A bundle fits into a ticket. */
const LIMIT_BYTES = 50 * MEGABYTE;

/** Of the flags of `inspect`, those that say whom to ask. */
export const EVIDENCE_FLAGS: readonly (typeof INSPECT_FLAGS)[number][] = INSPECT_FLAGS.filter(({ name }) =>
  ['--one-shot', '--wait'].includes(name),
);

export const evidenceCommand: Command = {
  summary: 'Write all that is known into a new directory: to be run before somebody restarts the service.',
  flags: EVIDENCE_FLAGS,
  argument: 'DIR',
  async run(context) {
    return writeEvidence(context, await findInformant(context, readInspectOptions(context.given)));
  },
};

/**
 * Writes the bundle and says what is in it; exit code 1 when a part is missing or cut short.
 * @throws ExporterError EPH_EVIDENCE when the directory cannot be used
 */
export async function writeEvidence(
  { io, given }: Pick<CommandContext, 'io' | 'given'>,
  informant: Informant,
  limitBytes: number = LIMIT_BYTES,
): Promise<number> {
  const directory = await openEvidenceDirectory(given.argument, limitBytes);
  const written: EvidenceFile[] = [];
  const missing: string[] = [];
  for (const { name, chunks } of evidenceParts(informant, io)) {
    try {
      written.push(await directory.write(name, chunks()));
    } catch (error) {
      if (!(error instanceof ExporterError) || error.code === 'EPH_EVIDENCE') throw error;
      missing.push(`${name} is missing: ${error.code}: ${error.message}`);
    }
  }
  const total = written.reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = written.map(
    ({ name, bytes, isCut }) => `  ${name.padEnd(14)} ${sizeText(bytes)}${isCut ? ', cut short' : ''}`,
  );
  io.stdout(`${[`wrote ${written.length} files, ${sizeText(total)}, to ${given.argument}:`, ...lines].join('\n')}\n`);
  if (missing.length > 0) io.stderr(`${missing.join('\n')}\n`);
  return missing.length > 0 || written.some(({ isCut }) => isCut) ? 1 : 0;
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < MEGABYTE ? `${Math.round(bytes / 1000)} kB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
