// What the rest of the program needs of the configuration.
export { ConfigError } from './check.js';
export { loadConfig, loadSettings } from './load.js';
export type { LoadedConfig, LoadedSettings } from './load.js';
export type { Config, Settings } from './schema.js';
export type { ServerAddress } from './syntax.js';
