// From arguments to an exit status: options, help, and one clear line for whatever goes wrong.
import { Command, CommanderError } from 'commander';
import { errorText, KalitkaError } from '../system/errors.js';
import { version } from '../system/version.js';
import { addCommands } from './commands.js';
import { EX, exitStatus } from './exit-status.js';

/**
 * Runs one command line.
 * @param args without node and script
 * @returns the exit status, as in sysexits(3)
 */
export async function main(args: readonly string[]): Promise<number> {
  quietPipe(process.stdout);
  quietPipe(process.stderr);
  const debug = args.includes('--debug');
  const report = (error: unknown): void => {
    process.stderr.write(`${reportText(error, debug)}\n`);
  };
  // what escapes every handler ends the command in the same way
  process.on('uncaughtException', (error) => {
    report(error);
    process.exit(EX.SOFTWARE);
  });

  const program = new Command('kalitka')
    .description('The indoor panel of a video door intercom.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--debug', 'print where an unexpected error came from')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'kalitka: ')) })
    .showHelpAfterError('(see kalitka --help)')
    .exitOverride();
  const outcome = { status: EX.OK as number };
  addCommands(program, outcome);
  try {
    await program.parseAsync(args, { from: 'user' });
    return outcome.status;
  } catch (error) {
    // commander has printed its message or the help by then
    if (error instanceof CommanderError) return error.exitCode === 0 ? EX.OK : EX.USAGE;
    report(error);
    return exitStatus(error);
  }
}

/** One line for each problem; the way to an unexpected error only with `--debug`. */
function reportText(error: unknown, debug: boolean): string {
  if (debug && error instanceof Error) return error.stack ?? error.message;
  if (error instanceof KalitkaError) return error.message.replace(/^/gm, 'kalitka: ');
  const text = errorText(error).replace(/\s*\n\s*/g, ' ');
  return `kalitka: unexpected error: ${text} (a mistake in the program: run it again with --debug for the place)`;
}

/** `kalitka status | head -1` is no error. */
function quietPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EX.OK);
    throw error;
  });
}
