import { z } from 'zod';
import { HISTORY_COUNTS, type HistoryCount } from '../../model/ledger-view.ts';
import { PROTOCOLS, type Protocol } from '../../model/protocol.ts';
import { CSV_DECIMALS, type CsvDecimal } from './csv.ts';

/** Longest time that history is kept for. */
const MOST_HOURS = 192;
const MOST_PORTS = 1000;
/** With life lines a port is some ten times as long. */
const MOST_LIFE_LINES = 200;

export interface PortsQuery {
  readonly process?: string;
  readonly unit?: string;
  readonly netns?: string;
  readonly stuck: boolean;
  readonly life: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

export interface HistoryRequestQuery {
  readonly state: readonly HistoryCount[];
  readonly hours: number;
}

export interface HistoryCsvQuery {
  readonly process?: string;
  readonly hours: number;
  readonly decimal: CsvDecimal;
}

export interface JourneyPath {
  readonly protocol: Protocol;
  readonly port: number;
}

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
const wholeNumber = z
  .string()
  .regex(/^\d{1,6}$/, 'must be a whole number')
  .transform(Number);
const hours = (fallback: number): z.ZodType<number, string | undefined> =>
  wholeNumber
    .pipe(z.number().min(1).max(MOST_HOURS))
    .default(fallback)
    .describe(`1 to ${MOST_HOURS}; default ${fallback}`);

export const PORTS_QUERY: z.ZodType<PortsQuery> = z
  .strictObject({
    process: z.string().exactOptional().describe('label of the owner'),
    unit: z.string().exactOptional(),
    netns: z.string().exactOptional(),
    stuck: flag.describe('`true`: stuck ports only'),
    life: flag.describe('`true`: with life lines'),
    limit: wholeNumber
      .pipe(z.number().min(1).max(MOST_PORTS))
      .default(100)
      .describe(`1 to ${MOST_PORTS}, with life lines ${MOST_LIFE_LINES}; default 100`),
    cursor: z.string().exactOptional().describe('`nextCursor` of the page before'),
  })
  .refine(({ life, limit }) => !life || limit <= MOST_LIFE_LINES, `limit is at most ${MOST_LIFE_LINES} with life=true`);

export const HISTORY_QUERY: z.ZodType<HistoryRequestQuery> = z.strictObject({
  state: z
    .string()
    .default('')
    .transform((text) => (text === '' ? [] : text.split(',')))
    .pipe(z.array(z.enum(HISTORY_COUNTS)))
    .describe(`some of ${HISTORY_COUNTS.join(', ')}, with commas; default all`),
  hours: hours(24),
});

export const HISTORY_CSV_QUERY: z.ZodType<HistoryCsvQuery> = z.strictObject({
  process: z.string().exactOptional().describe('label of the owner; default all'),
  hours: hours(MOST_HOURS),
  decimal: z
    .enum(CSV_DECIMALS)
    .default('point')
    .describe(
      '`comma`: 1,8 instead of 1.8 and semicolons between cells, for spreadsheets that want them; default point',
    ),
});

export const JOURNEY_PATH: z.ZodType<JourneyPath> = z.object({
  protocol: z.enum(PROTOCOLS),
  port: wholeNumber.pipe(z.number().min(1).max(65_535)),
});
