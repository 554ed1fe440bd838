import { writeSync } from 'node:fs';
import { release } from 'node:os';
import { probeNativeParts, windowsBuildOf } from './native-probe.ts';

// Written at once, line by line: what stands there survives a crash in the next call.
probeNativeParts(process.argv[2] ?? 'iphlpapi.dll', windowsBuildOf(release()), (line) => writeSync(1, `${line}\n`));
