import { EXPORTER_FAMILIES } from './exporter-families.ts';
import type { Family } from './family.ts';
import { HOST_FAMILIES } from './host-families.ts';
import { PROCESS_FAMILIES } from './process-families.ts';

/** THE table: every metric family the exporter can serve, by its name without the prefix `ephemeral_port_`. */
export const FAMILIES: typeof HOST_FAMILIES & typeof PROCESS_FAMILIES & typeof EXPORTER_FAMILIES = {
  ...HOST_FAMILIES,
  ...PROCESS_FAMILIES,
  ...EXPORTER_FAMILIES,
};

export type FamilyKey = keyof typeof FAMILIES;

/** The keys in the order of the output. */
export const FAMILY_KEYS: readonly FamilyKey[] = Object.keys(FAMILIES) as FamilyKey[];

/** Label names of a family. */
export type LabelOf<K extends FamilyKey> = (typeof FAMILIES)[K]['labels'][number];

/** A value for each label of a family. */
export type LabelsOf<K extends FamilyKey> = Readonly<Record<LabelOf<K>, string>>;

/** The row of a family without its literal types. */
export function familyOf(key: FamilyKey): Family {
  return FAMILIES[key];
}
