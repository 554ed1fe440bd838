import type fc from 'fast-check';

/** A decoder of bytes from outside, with the inputs it is to be met with. */
export interface FuzzTarget {
  /** `file function`, the file below src. */
  readonly decoder: string;
  readonly input: fc.Arbitrary<unknown>;
  /** May throw nothing but an ExporterError. */
  readonly decode: (input: unknown) => unknown;
}

export function fuzzTarget<T>(decoder: string, input: fc.Arbitrary<T>, decode: (input: T) => unknown): FuzzTarget {
  return { decoder, input, decode: (value) => decode(value as T) };
}
