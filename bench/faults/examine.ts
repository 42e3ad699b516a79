/** What must hold when a life is over. */
import type { Client } from './client.ts';
import { type Installation, runCommand } from './server.ts';

/**
 * Stops the server, counts again, verifies the audit, backs up and restores; what is wrong goes to the problems.
 * @param expected what `bayeswatch check` finds wrong rightly: what a line begins with
 */
export async function examine(
  installation: Installation,
  client: Client,
  model: string,
  expected?: string,
): Promise<void> {
  await client.server.stop();
  client.problems.push(...client.server.errorLines());
  const told = async (argv: readonly string[], at = installation) => {
    const { code, text } = await runCommand(at, argv);
    const wrong = text.split('\n').filter(line => line.startsWith('WRONG'));
    const isExpected =
      expected !== undefined && wrong.length > 0 && wrong.every(line => line.startsWith(expected));
    if (code !== 0 && !isExpected) client.problems.push(`${argv[0]} ended with ${code}: ${text}`);
    return text;
  };
  const records = client.ids().length;
  const checked = await told(['check', '--recount']);
  if (!checked.includes(`recount: ${records} records, `) || !checked.includes(': equal\n'))
    client.problems.push(`check, where ${records} records were acknowledged: ${checked}`);
  await told(['audit', '--verify']);
  const file = `${installation.folder}.tar`;
  await told(['backup', file]);
  const restored = await told(['restore', file], { ...installation, folder: `${installation.folder}-again` });
  if (!restored.includes(`: ${records} records, 1 keys, all learnt, model ${model}\n`))
    client.problems.push(`of ${records} records and model ${model} a backup keeps: ${restored}`);
}
