/** Every code this program can fail or complain with, with what it means. Stable: people grep for them. */
export const ERROR_CODES = {
  EPH_USAGE: 'the command line is wrong',
  EPH_CONFIG_INVALID: 'the configuration file breaks a rule',
  EPH_CONFIG_UNREADABLE: 'the configuration file cannot be read',
  EPH_LOG_WRITE: 'the log cannot be written where it was asked for',
  EPH_LISTEN: 'the listen address cannot be used',
  EPH_CONTROL: 'the control socket cannot be used',
  EPH_PASSWORD_CHECK: 'a password could not be checked',
  EPH_SOURCE_UNAVAILABLE: 'no way to read the socket tables of this system',
  EPH_READER_CRASHED: 'the reader worker died and is replaced',
  EPH_READER_TIMEOUT: 'the reader worker did not answer in time',
  EPH_NETLINK_OPEN: 'the netlink socket cannot be opened',
  EPH_NETLINK_ERROR: 'the kernel refused a socket dump',
  EPH_NETLINK_MALFORMED: 'a netlink message is cut short or not well formed',
  EPH_NETLINK_OVERRUN: 'the kernel dropped netlink messages, the dump is not whole',
  EPH_PROC_UNREADABLE: 'a file under the proc root cannot be read',
  EPH_PROC_MALFORMED: 'a file under the proc root is not as the kernel writes it',
  EPH_RANGE_UNREADABLE: 'the dynamic port range cannot be read',
  EPH_NAMESPACE_GONE: 'a network namespace went away while it was being read',
  EPH_NAMESPACE_REFUSED: 'other network namespaces may not be entered: their ranges and bound-only ports are absent',
  EPH_NAMESPACE_FAILED: 'a network namespace cannot be read',
  EPH_NAMESPACES_BUDGET: 'the time for other network namespaces was spent; the rest is read in the next samples',
  EPH_OWNERS_HIDDEN: "the owners of other users' sockets are hidden for lack of rights",
  EPH_OWNERS_BUDGET: 'the time for finding owners was spent; the rest is found in the next samples',
  EPH_BOUND_INVISIBLE: 'this kernel or source does not show bound-only sockets',
  EPH_BOUND_BUDGET: 'bound-only sockets are still being looked for; they are told once all processes were read',
  EPH_BPF_RECORDS: 'the BPF iterator cannot be read, or its records are not understood',
  EPH_PROBE_FAILED: 'the bind probe itself could not run',
  EPH_WINDOWS_TABLE: 'a table that Windows returned is cut short or not laid out as expected',
  EPH_WINDOWS_CALL: 'a call of a Windows library failed',
  EPH_WINDOWS_COMMAND: 'a Windows program could not be run, failed, or took too long',
  EPH_WINDOWS_OUTPUT: 'the output of a Windows program cannot be understood',
  EPH_LISTEN_IN_RANGE: 'the listen port of the exporter lies inside the dynamic range',
  EPH_TRACE_UNAVAILABLE: 'the trace cannot be used',
  EPH_LEDGER_DAMAGED: 'the ledger file is damaged and was set aside',
  EPH_LEDGER_WRITE: 'the ledger cannot be written',
  EPH_TEXTFILE_WRITE: 'the textfile cannot be written',
  EPH_RECORDING_INVALID: 'the recording is damaged or not one of ours',
  EPH_RECORDING_WRITE: 'the recording cannot be written',
  EPH_API_REQUEST: 'the request to the API is not understood',
  EPH_API_NOT_FOUND: 'nothing is known under that name or number',
  EPH_API_SCOPE:
    'this is told over the control socket, to loopback without a proxy and to authenticated clients only; with --privacy.remotes=class over the control socket only',
  EPH_API_ANSWER: 'the answer of the exporter is not understood; it may be of another version',
  EPH_EVIDENCE: 'the evidence cannot be written',
  EPH_NOT_RUNNING: 'no exporter answers on the control socket',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error whose cause a person can act on: `code` never changes, `message` says what to do. */
export class ExporterError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExporterError';
    this.code = code;
  }
}
