export type ImageColumn = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

export type ImageColumns = Readonly<Record<string, ImageColumn>>;

/** A small object and columns, as a file keeps them. */
export interface Image<Head> {
  readonly head: Head;
  readonly columns: ImageColumns;
}
