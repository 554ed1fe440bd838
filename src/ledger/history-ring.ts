/** Value of a step that nothing was recorded for. */
const ABSENT = 0xffff;

/** Highest value that is kept exactly; more is kept as this. */
const MAX = 0xfffe;

/** Numbers of ports at the ends of equal time steps, the last `length` steps. */
export class HistoryRing {
  /** Value of step n at n modulo length; {@link ABSENT} where nothing was recorded. */
  readonly values: Uint16Array;
  /** Step recorded last; -1 before the first. */
  last = -1;

  constructor(length: number) {
    this.values = new Uint16Array(length).fill(ABSENT);
  }

  /** Forgets everything, for another curve. */
  reset(): void {
    this.values.fill(ABSENT);
    this.last = -1;
  }

  /** Records the value of a step, the present one or a later one; returns the recorded values that fell out. */
  record(step: number, value: number): number {
    let dropped = 0;
    if (step < this.last) return dropped;
    if (this.last >= 0) {
      const passed = Math.min(step - this.last, this.values.length);
      for (let next = step - passed + 1; next <= step; next++) {
        const at = next % this.values.length;
        if (this.values[at] !== ABSENT) dropped++;
        this.values[at] = ABSENT;
      }
    }
    this.last = step;
    this.values[step % this.values.length] = Math.min(value, MAX);
    return dropped;
  }

  /** Forgets the steps after `step`; returns the recorded values among them. */
  rewind(step: number): number {
    let dropped = 0;
    for (let next = Math.max(step + 1, this.last - this.values.length + 1, 0); next <= this.last; next++) {
      const at = next % this.values.length;
      if (this.values[at] !== ABSENT) dropped++;
      this.values[at] = ABSENT;
    }
    this.last = Math.min(this.last, step);
    return dropped;
  }

  /** Adds the values of the steps from `first` on to `sums`, and sets `present` to 1 where there is one. */
  addTo(sums: Float64Array, present: Uint8Array, first: number): void {
    const { values } = this;
    const length = values.length;
    const begin = Math.max(first, this.last - length + 1, 0);
    const end = Math.min(first + sums.length - 1, this.last);
    let at = begin % length;
    for (let step = begin; step <= end; step++) {
      const value = values[at] as number;
      if (value !== ABSENT) {
        const index = step - first;
        sums[index] = (sums[index] as number) + value;
        present[index] = 1;
      }
      if (++at === length) at = 0;
    }
  }

  /** Recorded steps and their values from step `from` on, the oldest first. */
  *points(from = 0): Generator<readonly [step: number, value: number]> {
    if (this.last < 0) return;
    for (let step = Math.max(from, this.last - this.values.length + 1); step <= this.last; step++) {
      const value = this.values[step % this.values.length] as number;
      if (value !== ABSENT) yield [step, value];
    }
  }
}
