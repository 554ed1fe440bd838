// Runs under node.exe: writes one line of each level to the event log.
import { openSystemLog } from '../dist/platform/select.js';

const write = openSystemLog((line) => {
  throw new Error(`not taken: ${line}`);
});
write('level=info msg=listening\n', 'info');
write('level=warn msg="two words"\n', 'warn');
write('level=error name=ä€\n', 'error');
