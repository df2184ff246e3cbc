#!/usr/bin/env node
// The command line. Everything beyond the options is loaded when a command needs it: `status` starts fast.
import { main } from './cli/main.js';

process.exitCode = await main(process.argv.slice(2));
