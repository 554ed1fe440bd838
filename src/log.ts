export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = 'logfmt' | 'json';

/** What an event says beside its message; a field that is undefined is left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Takes finished lines, newline included. */
export type LogWriter = (line: string, level: LogLevel) => void;

/** One line per event; the message is a constant, what varies goes into fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A log that hands its lines to `write`. */
export function createLog(options: {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly write: LogWriter;
  readonly wallMs: () => number;
}): Log {
  const format = options.format === 'json' ? formatJson : formatLogfmt;
  const least = LOG_LEVELS.indexOf(options.level);
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(level) < least) return;
      const time = new Date(options.wallMs()).toISOString();
      options.write(`${format({ time, level, msg: message, ...fields })}\n`, level);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A log that says nothing. */
export const SILENT_LOG: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function formatJson(fields: LogFields): string {
  return escapeInvisible(JSON.stringify(fields));
}

function formatLogfmt(fields: LogFields): string {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
  return pairs.map(([key, value]) => `${key}=${quoteValue(String(value))}`).join(' ');
}

function quoteValue(text: string): string {
  return /^[\w.:/@%+-]+$/.test(text) ? text : escapeInvisible(JSON.stringify(text));
}

/**
 * Process names are hostile input: what JSON leaves as it is but a terminal acts on (C1 controls, line separators,
 * bidirectional overrides and other format characters) becomes `\u....`.
 */
function escapeInvisible(quoted: string): string {
  return quoted.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}
