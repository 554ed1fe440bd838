/** No owner, remote or slot. */
export const NONE = -1;

/** Of a slot: its port is free; it is used since an earlier sample; it was free and is used in the sample being taken in. */
export const SLOT = { free: 0, used: 1, arriving: 2 } as const;
