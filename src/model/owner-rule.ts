/** Declares an owner known and harmless: `process_muted` 1, no alert. Its patterns are anchored at both ends. */
export interface OwnerRule {
  readonly process: RegExp;
  /** Absent: any unit. */
  readonly unit?: RegExp;
  readonly muted: boolean;
  readonly reason: string;
}
