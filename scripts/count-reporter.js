// Mocha's usual report, and its count in the file that scripts/test names.
import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

export default class CountReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      appendFileSync(process.env.KALITKA_TEST_COUNTS, `${passes} ${failures}\n`);
    });
  }
}
