// Writes the docs that are made from the code; run it after a build. A test fails when they are stale.
import { mkdirSync, writeFileSync } from 'node:fs';
import { metricDocs } from '../dist/metrics/write-docs.js';

const docs = new URL('../docs/', import.meta.url);
mkdirSync(docs, { recursive: true });
writeFileSync(new URL('metrics.md', docs), metricDocs());
