import { ExporterError } from '../../errors.ts';
import { PROTOCOLS, type Protocol } from '../../model/protocol.ts';
import type { CommandFlag, GivenArguments } from '../command-flag.ts';
import { durationBetween, integerBetween, oneOf } from '../flag-values.ts';

export type OutputFormat = 'text' | 'json' | 'csv';

/** What `inspect` was asked. */
export interface InspectOptions {
  /** Empty: all owners. */
  readonly process: string;
  /** 0: no single port. */
  readonly port: number;
  readonly protocol: Protocol;
  readonly format: OutputFormat;
  /** Rows at most; 0 is all. */
  readonly limit: number;
  /** Time between the two readings where no exporter runs. */
  readonly waitMs: number;
  /** Reads the host itself even where an exporter runs. */
  readonly oneShot: boolean;
}

export const INSPECT_FLAGS: readonly CommandFlag[] = [
  {
    name: '--process',
    placeholder: 'NAME',
    defaultText: '',
    help: 'Stuck ports of this process and their life lines.',
  },
  { name: '--port', placeholder: 'N', defaultText: '', help: 'The journey of one port.' },
  { name: '--protocol', placeholder: 'PROTOCOL', defaultText: 'tcp', help: 'Protocol of --port: tcp or udp.' },
  { name: '--json', defaultText: '', help: 'Print the answer of the API as it is (docs/api.md).' },
  { name: '--csv', defaultText: '', help: 'Print a table for a spreadsheet.' },
  { name: '--limit', placeholder: 'N', defaultText: '20', help: 'Rows at most; 0: all.' },
  { name: '--one-shot', defaultText: '', help: 'Read the host now, even where an exporter runs.' },
  {
    name: '--wait',
    placeholder: 'DURATION',
    defaultText: '5s',
    help: 'Time between the two readings that growth is told from where no exporter runs.',
  },
];

/** @throws ExporterError EPH_USAGE with the flag that is wrong */
export function readInspectOptions({ flags }: GivenArguments): InspectOptions {
  const read = <T>(name: string, fallback: T, parse: (text: string) => T): T => {
    const text = flags.get(name);
    if (text === undefined) return fallback;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      throw new ExporterError('EPH_USAGE', `${name}: ${JSON.stringify(text.slice(0, 100))} ${error.message}`);
    }
  };
  refuseBoth(flags, '--json', '--csv');
  refuseBoth(flags, '--process', '--port');
  if (flags.has('--protocol') && !flags.has('--port'))
    throw new ExporterError('EPH_USAGE', '--protocol goes with --port');
  return {
    process: flags.get('--process') ?? '',
    port: read('--port', 0, integerBetween(1, 65_535)),
    protocol: read<Protocol>('--protocol', 'tcp', oneOf(PROTOCOLS)),
    format: flags.has('--json') ? 'json' : flags.has('--csv') ? 'csv' : 'text',
    limit: read('--limit', 20, integerBetween(0, 1_000_000)),
    waitMs: read('--wait', 5000, durationBetween('100ms', '10m')),
    oneShot: flags.has('--one-shot'),
  };
}

function refuseBoth(flags: ReadonlyMap<string, string>, one: string, other: string): void {
  if (flags.has(one) && flags.has(other))
    throw new ExporterError('EPH_USAGE', `${one} and ${other} exclude each other`);
}
