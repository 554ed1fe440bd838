import { ExporterError } from '../../../errors.ts';
import { type AuditFeed, createAuditFeed } from './audit-feed.ts';
import type { QueryEvents } from './wevtapi.ts';

/** `--windows.audit` */
export type AuditChoice = 'off' | 'security' | 'sysmon' | 'auto';

const CHANNELS = { sysmon: 'Microsoft-Windows-Sysmon/Operational', security: 'Security' } as const;

export interface AuditSource extends AuditFeed {
  /** Name for `exporter_source_info`. */
  readonly name: string;
  /** Why there is none though one was looked for; empty when all is as it was asked for. */
  readonly note: string;
}

const SILENT: AuditSource = { name: 'none', note: '', read: () => ({ connections: [], lost: 0 }) };

/**
 * The audit log that was chosen; `auto` takes Sysmon's, else Security, else none. One that was named by hand is there even
 * when it cannot be read: each reading then says why.
 */
export function openAuditSource(choice: AuditChoice, queryEvents: () => QueryEvents): AuditSource {
  if (choice === 'off') return SILENT;
  if (choice !== 'auto') return feedOf(choice, queryEvents);
  const notes: string[] = [];
  for (const name of ['sysmon', 'security'] as const) {
    const feed = feedOf(name, queryEvents);
    try {
      feed.read();
      return feed;
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
      notes.push(error.message);
    }
  }
  return { ...SILENT, note: `no audit log can be read: ${notes.join('; ')}` };
}

function feedOf(name: keyof typeof CHANNELS, queryEvents: () => QueryEvents): AuditSource {
  let feed: AuditFeed | undefined;
  return {
    name,
    note: '',
    read() {
      try {
        feed ??= createAuditFeed(CHANNELS[name], queryEvents());
        return feed.read();
      } catch (error) {
        if (!(error instanceof ExporterError)) throw error;
        const hint = 'it must exist, and the account must be a member of "Event Log Readers"';
        throw new ExporterError(error.code, `${name} log: ${error.message}; ${hint}`, { cause: error });
      }
    },
  };
}
