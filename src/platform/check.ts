/** `not_applicable`: there is nothing of the kind here, or it is switched off. */
export const CHECK_RESULTS = ['ok', 'warning', 'failure', 'not_applicable'] as const;
export type CheckResult = (typeof CHECK_RESULTS)[number];

/**
 * What a check of `doctor` found. A `failure` keeps the exporter from starting or reading, or breaks what a flag asks for;
 * with a `warning` it sees or remembers less than it could.
 */
export interface Finding {
  readonly result: CheckResult;
  /** What is so, one line, without a secret: reports are pasted where others read. */
  readonly why: string;
  /** What to do about it, one line with the exact command; empty where nothing is to be done. */
  readonly remedy: string;
}

/** One question that `doctor` asks of this host. */
export interface Check {
  /** Kebab-case and stable: scripts ask for it. */
  readonly name: string;
  /**
   * Looks and changes nothing; takes no ephemeral port, for there may be none.
   * @throws ExporterError which is told as a failure
   */
  readonly run: () => Finding | Promise<Finding>;
}

/** What a platform adds to `doctor`. */
export interface PlatformChecks {
  readonly checks: readonly Check[];
  /** Who listens on a TCP port, as `nginx (pid 12)`; empty when that cannot be told. */
  readonly listenerOf: (port: number) => Promise<string>;
  /** The command that keeps a TCP port from being handed out, over reboots too; one line. */
  readonly reserveCommand: (port: number) => string;
}

export function ok(why: string): Finding {
  return { result: 'ok', why, remedy: '' };
}

export function warning(why: string, remedy: string): Finding {
  return { result: 'warning', why, remedy };
}

export function failure(why: string, remedy: string): Finding {
  return { result: 'failure', why, remedy };
}

export function notApplicable(why: string): Finding {
  return { result: 'not_applicable', why, remedy: '' };
}
