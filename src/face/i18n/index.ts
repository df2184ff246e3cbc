// The panel's languages.
import { en } from './en.js';
import type { Messages } from './messages.js';
import { ru } from './ru.js';

export type { Messages } from './messages.js';
export { dateInWords, duration, timeOfDay } from './format.js';

export type Language = 'ru' | 'en';

/** The texts of every language the panel speaks. */
export const languages: Record<Language, Messages> = { ru, en };
