import { EVENT_SOURCE } from '../events/event-log-writer.ts';
import type { Command } from './command-line.ts';

const KEY = `HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\${EVENT_SOURCE}`;

/** Registers our source in the Application log; its messages are those of EventCreate.exe, which say nothing but our text. */
export function registerEventSource(): readonly Command[] {
  const add = (name: string, type: string, value: string): Command => ({
    file: 'reg.exe',
    args: ['add', KEY, '/v', name, '/t', type, '/d', value, '/f'],
  });
  return [
    add('EventMessageFile', 'REG_EXPAND_SZ', '%SystemRoot%\\System32\\EventCreate.exe'),
    add('TypesSupported', 'REG_DWORD', '7'),
    add('CustomSource', 'REG_DWORD', '1'),
  ];
}

/** Events that were written stay; the viewer then adds a remark to them. */
export function removeEventSource(): Command {
  return { file: 'reg.exe', args: ['delete', KEY, '/f'], isOptional: true };
}
