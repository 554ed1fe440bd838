import { readFileSync, writeFileSync } from 'node:fs';
import { flagsDocument } from './flags-document.ts';
import { replaceGeneratedPart } from './generated-part.ts';

// `npm run docs`: writes what the documents say of the code, from the code. A contract test finds them stale.
const configuration = new URL('../../docs/configuration.md', import.meta.url);
writeFileSync(configuration, replaceGeneratedPart(readFileSync(configuration, 'utf8'), 'flags', flagsDocument()));
