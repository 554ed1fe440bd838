import { readFileSync, writeFileSync } from 'node:fs';
import { metricDocs } from '../metrics/write-docs.ts';
import { flagsDocument } from './flags-document.ts';
import { replaceGeneratedPart } from './generated-part.ts';

// `npm run docs`: writes what the documents say of the code, from the code. A contract test finds them stale.
const configuration = new URL('../../docs/configuration.md', import.meta.url);
writeFileSync(configuration, replaceGeneratedPart(readFileSync(configuration, 'utf8'), 'flags', flagsDocument()));
writeFileSync(new URL('../../docs/metrics.md', import.meta.url), metricDocs());
