/**
 * What wrong labels cost at 0.1 % false alarms: the web tasks with and without the "good" requests that are probes by a rule
 * that knows no model: pages of software that the site does not run, and a spammer's traces. `npx tsx
 * bench/accuracy/without-probes.ts`, one JSON line a figure; every system learns and is judged on the same requests.
 */
import { lessonsOf } from './learnt-model.ts';
import { meanOf, type Quality, qualityOf } from './metrics.ts';
import { bayeswatch } from './systems/bayeswatch.ts';
import { fisherRobinson } from './systems/fisher-robinson.ts';
import { multinomial } from './systems/multinomial.ts';
import { naturalBayes } from './systems/natural-bayes.ts';
import type { Case } from './task.ts';
import { webAttacks, webAttacksMasked } from './tasks/web-attacks.ts';

/** WordPress, Joomla, Drupal, phpMyAdmin and their kin: the site is static pages. */
const FOREIGN_SOFTWARE =
  /wp-login|wp-admin|xmlrpc\.php|\/administrator|\/admin\.php|\/user\/register|\/node\/add|phpmyadmin|\/register\.php/i;
/** What a forum spammer leaves in a path, and the remainder of a search for victims as a user agent. */
const SPAM = /Result:\+|as_qdr=all/;

function isProbe({ record, label }: Case): boolean {
  if (label === 'bad' || record.kind !== 'http') return false;
  return [record.url.original, record.userAgent].some(
    text => text !== undefined && (FOREIGN_SOFTWARE.test(text) || SPAM.test(text)),
  );
}

for (const task of [webAttacks, webAttacksMasked]) {
  if (!task.available()) throw new Error(`the data of ${task.name} are not beside the checkout`);
  for (const probes of ['kept', 'left out']) {
    const isKept = (one: Case) => probes === 'kept' || !isProbe(one);
    for (const system of [bayeswatch, multinomial, fisherRobinson, naturalBayes]) {
      const qualities = task.splits(1).map((split): Quality => {
        const scoreOf = system.train(lessonsOf(split.learn.filter(isKept)));
        const held = lessonsOf(split.held.filter(isKept));
        return qualityOf(held.map(({ observations, bad }) => ({ score: scoreOf(observations), bad })));
      });
      const value = (metric: keyof Quality) => Number(meanOf(qualities.map(one => one[metric])).toFixed(4));
      const left = task.splits(1).flatMap(({ held }) => held.filter(one => !isKept(one))).length;
      console.log(
        JSON.stringify({
          ...{ task: task.name, system: system.name, probes, leftOut: left },
          ...{ auc: value('auc'), at1: value('detectionAt1Percent'), at01: value('detectionAt01Percent') },
          ...{ seed: 1, node: process.version },
        }),
      );
    }
  }
}
