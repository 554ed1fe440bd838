import { createCommands } from './cli/commands.ts';
import { processIo } from './cli/process-io.ts';
import { runCommandLine } from './cli/run.ts';
import { serve } from './cli/serve.ts';

// What main.ts is, for the single executable: a script there has no files beside it and no top-level await.

/** Put here by scripts/build-exe.js. */
declare const EXE_BUILD: { readonly version: string; readonly revision: string };

const io = processIo();
const build = { ...io.build, ...EXE_BUILD };
void runCommandLine(process.argv.slice(2), { ...io, build }, createCommands(serve)).then((code) => process.exit(code));
