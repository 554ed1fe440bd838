#!/usr/bin/env -S node --max-semi-space-size=4
// The flag keeps V8's young generation small: 9 MB less RSS at 1,570 series, at no cost that was measured.
import { createCommands } from './cli/commands.ts';
import { processIo } from './cli/process-io.ts';
import { runCommandLine } from './cli/run.ts';
import { serve } from './cli/serve.ts';

process.exit(await runCommandLine(process.argv.slice(2), processIo(), createCommands(serve)));
