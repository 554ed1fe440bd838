/** What a counter grew by over its raw samples, resets taken into account and nothing extrapolated. */
export function growthOf(values: readonly number[]): number {
  let growth = 0;
  for (let index = 1; index < values.length; index++) {
    const now = values[index] as number;
    const before = values[index - 1] as number;
    growth += now < before ? now : now - before;
  }
  return growth;
}
