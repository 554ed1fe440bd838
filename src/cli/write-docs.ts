import { readFileSync, writeFileSync } from 'node:fs';
import { metricDocs } from '../metrics/write-docs.ts';
import { GENERATED_PARTS } from './generated-documents.ts';
import { replaceGeneratedPart } from './generated-part.ts';

// `npm run docs`: writes what the documents say of the code, from the code. A contract test finds them stale.
for (const { file, name, content } of GENERATED_PARTS) {
  const url = new URL(`../../docs/${file}`, import.meta.url);
  writeFileSync(url, replaceGeneratedPart(readFileSync(url, 'utf8'), name, content()));
}
writeFileSync(new URL('../../docs/metrics.md', import.meta.url), metricDocs());
