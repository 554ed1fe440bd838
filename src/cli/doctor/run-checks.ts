import { ExporterError } from '../../errors.ts';
import { CHECK_RESULTS, type Check, type CheckResult, type Finding, failure } from '../../platform/check.ts';

/** A check with what it found. */
export interface Examined extends Finding {
  readonly name: string;
}

/** Asks one check after the other, so that none disturbs another. */
export async function runChecks(checks: readonly Check[]): Promise<readonly Examined[]> {
  const examined: Examined[] = [];
  for (const { name, run } of checks) examined.push({ name, ...(await findingOf(run)) });
  return examined;
}

/** The gravest result of all. */
export function worstResult(examined: readonly Finding[]): CheckResult {
  const gravity: readonly CheckResult[] = ['failure', 'warning', 'ok'];
  return gravity.find((result) => examined.some((one) => one.result === result)) ?? 'not_applicable';
}

export function countResults(examined: readonly Finding[]): Readonly<Record<CheckResult, number>> {
  const count = (result: CheckResult) => examined.filter((one) => one.result === result).length;
  return Object.fromEntries(CHECK_RESULTS.map((result) => [result, count(result)])) as Record<CheckResult, number>;
}

async function findingOf(run: Check['run']): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    // A defect of one check must not hide what the others found: it stands in the report.
    if (error instanceof ExporterError)
      return failure(`${error.code}: ${error.message}`, 'mend what the message names');
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return failure(`this check failed: ${text}`, 'report this as a defect of the exporter');
  }
}
