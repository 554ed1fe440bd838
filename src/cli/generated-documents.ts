import { apiDocument } from '../http/api/api-document.ts';
import { DOCTOR_FLAGS } from './doctor/doctor.ts';
import { EVIDENCE_FLAGS } from './evidence/evidence.ts';
import { commandFlagsDocument, flagsDocument } from './flags-document.ts';
import { INSPECT_FLAGS } from './inspect/inspect-options.ts';

/** A part of a document that is written from the code. */
export interface GeneratedPart {
  /** In docs/. */
  readonly file: string;
  readonly name: string;
  readonly content: () => string;
}

export const GENERATED_PARTS: readonly GeneratedPart[] = [
  { file: 'configuration.md', name: 'flags', content: flagsDocument },
  { file: 'inspect.md', name: 'inspect flags', content: () => commandFlagsDocument(INSPECT_FLAGS) },
  { file: 'inspect.md', name: 'evidence flags', content: () => commandFlagsDocument(EVIDENCE_FLAGS) },
  { file: 'doctor.md', name: 'doctor flags', content: () => commandFlagsDocument(DOCTOR_FLAGS) },
  { file: 'api.md', name: 'routes', content: apiDocument },
];
