import fc from 'fast-check';

/** What numbers of a format are replaced by: bounds, and what lies just beyond them. */
const ODD_WORDS = [
  0, 1, 2, 3, 4, 7, 8, 15, 16, 0x7f, 0x80, 0xff, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];

/** What words and numbers of a text are replaced by. */
const ODD_TEXTS = [
  ...['', '0', '-1', '65535', '65536', '99999', '4294967296', '9007199254740993', '1e309', 'NaN', '0x10', '١٢'],
  ...['null', '[]', '{}', '"', "'", '\\', '%', '%00', '%E0%A4%A', '\0', '\u2028', '\ufeff', '\ud800', '💥', 'é'],
  ...['__proto__', 'constructor', 'toString', '../..', '::', '[::1', '255.255.255.256', '<Event>', '---', '- ', ': '],
];

/** One change: what, where (a share of the length), with which value. */
const change = fc.tuple(fc.nat(7), fc.nat(0xffff), fc.nat(0xffff));

/** `seeds` with up to six changes: bits, bytes, odd words, cuts, repetitions, pieces of another seed, an early end. */
export function mutatedBytes(seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.nat(seeds.length - 1), fc.array(change, { maxLength: 6 })).map(([index, changes]) => {
    let bytes = new Uint8Array(seeds[index] as Uint8Array);
    for (const [kind, where, value] of changes) bytes = changeBytes(bytes, kind, where, value, seeds);
    return bytes;
  });
}

function changeBytes(
  bytes: Uint8Array<ArrayBuffer>,
  kind: number,
  where: number,
  value: number,
  seeds: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const at = where % (bytes.length + 1);
  const length = Math.min(1 + (value % 64), bytes.length - at);
  const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
  if (kind === 0 && at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << (value & 7));
  if (kind === 1 && at < bytes.length) bytes[at] = value;
  if (kind === 2) setWord(bytes, at & ~3, ODD_WORDS[value % ODD_WORDS.length] as number, 4);
  if (kind === 3) setWord(bytes, at & ~1, ODD_WORDS[value % ODD_WORDS.length] as number, 2);
  if (kind === 4) return joined(bytes.subarray(0, at), bytes.subarray(at + length));
  if (kind === 5) return joined(bytes.subarray(0, at + length), bytes.subarray(at));
  const other = seeds[value % seeds.length] as Uint8Array;
  if (kind === 6) return joined(bytes.subarray(0, at), other.subarray(at % (other.length + 1)));
  if (kind === 7) return bytes.slice(0, at);
  return bytes;
}

function setWord(bytes: Uint8Array, at: number, word: number, size: number): void {
  for (let index = 0; index < size && at + index < bytes.length; index++) bytes[at + index] = word >>> (index * 8);
}

/** `seeds` with up to six changes, most of them of whole words and numbers. */
export function mutatedText(seeds: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.nat(seeds.length - 1), fc.array(change, { maxLength: 6 })).map(([index, changes]) => {
    let text = seeds[index] as string;
    for (const [kind, where, value] of changes) text = changeText(text, kind, where, value, seeds);
    return text;
  });
}

function changeText(text: string, kind: number, where: number, value: number, seeds: readonly string[]): string {
  const at = where % (text.length + 1);
  const odd = ODD_TEXTS[value % ODD_TEXTS.length] as string;
  if (kind <= 2) {
    const words = [...text.matchAll(/[\w.-]+/g)];
    const word = words[where % words.length];
    return word === undefined ? odd : text.slice(0, word.index) + odd + text.slice(word.index + word[0].length);
  }
  if (kind === 3) return text.slice(0, at) + odd + text.slice(at);
  if (kind === 4) return text.slice(0, at) + text.slice(at + 1 + (value % 20));
  if (kind === 5) return text.slice(0, at) + String.fromCharCode(value) + text.slice(at + 1);
  if (kind === 6) return text.slice(0, at) + (seeds[value % seeds.length] as string).slice(at);
  return text.slice(0, at);
}

/** Mutated bytes of texts, for decoders that meet output of programs; now and then bytes of any kind. */
export function mutatedTextBytes(seeds: readonly (string | Uint8Array)[]): fc.Arbitrary<Uint8Array> {
  const buffers = seeds.map((seed) => Buffer.from(seed as string));
  const texts = buffers.map((buffer) => buffer.toString('latin1'));
  return fc.oneof(
    { weight: 6, arbitrary: mutatedText(texts).map((text) => Buffer.from(text, 'latin1')) },
    { weight: 3, arbitrary: mutatedBytes(buffers) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  );
}

/** Any value in the place of a node of `seed`, or the node gone, or a key that is special to JavaScript added. */
export function mutatedJson(seeds: readonly unknown[]): fc.Arbitrary<string> {
  const odd = fc.oneof(
    fc.constantFrom(null, true, -1, 0.5, 1e300, 4_294_967_296, '', [], {}, [null], { length: -1 }),
    fc.constantFrom(...ODD_TEXTS),
    fc.double({ noNaN: true }),
  );
  const changes = fc.array(fc.tuple(fc.nat(0xffff), fc.nat(3), odd), { minLength: 1, maxLength: 4 });
  return fc.tuple(fc.nat(seeds.length - 1), changes).map(([index, all]) => {
    const box = [structuredClone(seeds[index])];
    // A copy: the next change may reach into it.
    for (const [where, kind, value] of all) changeNode(box, where, kind, structuredClone(value));
    return JSON.stringify(box[0]) ?? 'null';
  });
}

function changeNode(box: unknown[], where: number, kind: number, value: unknown): void {
  const nodes: (readonly [parent: Record<string, unknown>, key: string])[] = [];
  const visit = (parent: unknown): void => {
    for (const [key, child] of Object.entries(parent as object)) {
      nodes.push([parent as Record<string, unknown>, key]);
      if (typeof child === 'object' && child !== null) visit(child);
    }
  };
  visit(box);
  const [parent, key] = nodes[where % nodes.length] as (typeof nodes)[number];
  // Defined, not assigned: a key may be `__proto__` by now.
  const set = (name: string): unknown =>
    Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
  if (kind <= 1 || parent === (box as unknown)) set(key);
  else if (kind === 2) delete parent[key];
  else set('__proto__');
}
