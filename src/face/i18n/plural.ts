// Plurals by CLDR's rules: Russian has 1 вызов, 2 вызова, 5 вызовов, 21 вызов.

/** The forms of a noun after a number; a form that the language does not have may be left out. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/**
 * Makes the function that writes a count with its noun.
 * @param locale BCP 47 tag
 */
export function plural(locale: string, forms: PluralForms): (count: number) => string {
  const rules = new Intl.PluralRules(locale);
  return (count) => `${count}\u00a0${forms[rules.select(count)] ?? forms.other}`;
}
