#!/usr/bin/env node
import { createCommands } from './cli/commands.ts';
import { processIo } from './cli/process-io.ts';
import { runCommandLine } from './cli/run.ts';
import { serve } from './cli/serve.ts';

process.exit(await runCommandLine(process.argv.slice(2), processIo(), createCommands(serve)));
