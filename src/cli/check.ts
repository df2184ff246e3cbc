// `kalitka check`: the configuration, before the panel has to start with it.
import { generateDefaults } from '../config/generate.js';
import { loadConfig } from '../config/load.js';
import { jsonSchema } from '../config/reference.js';
import { refuseUnbuilt } from './unbuilt.js';

export async function check(
  file: string,
  env: NodeJS.ProcessEnv,
  options: { defaults?: true; schema?: true },
): Promise<void> {
  if (options.defaults) process.stdout.write(generateDefaults());
  else if (options.schema) process.stdout.write(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
  else {
    const { config, warnings, where } = await loadConfig(file, env);
    for (const warning of warnings) process.stderr.write(`kalitka: warning: ${warning}\n`);
    refuseUnbuilt(config, where);
    process.stdout.write(`${file}: good\n`);
  }
}
