/**
 * Runs a sliced computation to its end, letting the event loop turn between two slices: no scrape waits longer than one
 * slice takes.
 */
export async function runSlices<T>(slices: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = slices.next();
    if (step.done === true) return step.value;
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
