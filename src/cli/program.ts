/** The command line as a whole: its commands, and how whatever they meet becomes an exit code and a sentence. */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import { auditCommand } from './audit.ts';
import { backupCommand } from './backup.ts';
import { checkCommand } from './check.ts';
import type { CommandContext } from './command.ts';
import { EXIT, type ExitCode, exitCodeOf, sentenceOf, systemCodeOf } from './exit.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { ingestCommand } from './ingest.ts';
import { keysCommand } from './keys.ts';
import { markCommand } from './mark.ts';
import { plainText } from './plain-text.ts';
import { policyCommand } from './policy.ts';
import { restoreCommand } from './restore.ts';
import { retractCommand } from './retract.ts';
import { scoreCommand } from './score.ts';
import { apiCommand, serveCommand, workerCommand } from './serve.ts';
import { print, type Terminal } from './terminal.ts';
import { windowsCommand } from './windows.ts';

const HELP = `
score, export, policy, keys, audit, backup and check work on the data folder (BAYESWATCH_DATA) unless --url names a server; restore makes one.
ingest, import, mark, windows and retract talk to a server, by default the one at BAYESWATCH_HOST and BAYESWATCH_PORT.

Exit codes: 0 done, 1 something is wrong with the input (rejected lines are listed), 2 usage or configuration,
3 what is needed cannot be reached or opened.`;

const COMMANDS = [
  serveCommand,
  apiCommand,
  workerCommand,
  scoreCommand,
  ingestCommand,
  markCommand,
  windowsCommand,
  retractCommand,
  exportCommand,
  importCommand,
  policyCommand,
  keysCommand,
  auditCommand,
  backupCommand,
  restoreCommand,
  checkCommand,
];

/** All commands, ready to parse. */
export function programOf(context: CommandContext): Command {
  const { stdout, stderr } = context.terminal;
  const program = new Command('bayeswatch')
    .description('A Bayesian watch over network traffic.')
    .version(VERSION)
    .addHelpText('after', HELP);
  for (const commandOf of COMMANDS) program.addCommand(commandOf(context));
  withEachCommand(program, command => {
    command.exitOverride().configureOutput({
      writeOut: text => stdout.write(text),
      writeErr: text => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    });
  });
  return program;
}

function withEachCommand(command: Command, work: (command: Command) => void): void {
  work(command);
  for (const child of command.commands) withEachCommand(child, work);
}

/**
 * Runs the command line.
 * @param argv what was typed after the program's name
 * @param stopSignal called once by a command that runs until it is told to stop
 * @returns the exit code; nothing is thrown but defects of the program
 */
export async function run(
  argv: readonly string[],
  terminal: Terminal,
  stopSignal: () => AbortSignal,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const finish = (code: ExitCode) => {
    exitCode = code;
  };
  try {
    await programOf({ terminal, finish, stopSignal }).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has told what is wrong with the usage already; help that was asked for is no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    // Whoever reads standard output has seen enough, as `head` has.
    if (systemCodeOf(error) === 'EPIPE') return EXIT.done;
    const code = exitCodeOf(error);
    if (code === null) throw error;
    await print(
      terminal.stderr,
      `bayeswatch: ${plainText(error instanceof Error ? sentenceOf(error) : '')}\n`,
    );
    return code;
  }
}
