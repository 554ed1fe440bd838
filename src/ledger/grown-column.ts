type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** The same values with room for `capacity`; the old column is garbage. */
export function grownColumn<T extends Column>(column: T, capacity: number): T {
  const next = new (column.constructor as new (length: number) => T)(capacity);
  next.set(column);
  return next;
}

/** Capacity that holds at least `needed`, by doubling from `present`. */
export function grownCapacity(present: number, needed: number): number {
  let capacity = Math.max(present, 256);
  while (capacity < needed) capacity *= 2;
  return capacity;
}
