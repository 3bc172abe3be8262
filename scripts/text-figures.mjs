// Figures of language identification and token counts on a corpus folder, a line each; part of `npm run figures -- DIR`.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { quantile } from '../bench/statistics.mjs';

const mostUsed = 'en zh hi es ar fr bn pt ru ur id de ja sw mr te tr ta vi ko'.split(' ');

/** Rows of language.jsonl that neither taught the model nor set how sure it is: see crates/text/examples/train_language/corpus.rs. */
const isKeptAside = (_, index) => index % 4 === 2;

const percent = (values) => `${((100 * values.filter(Boolean).length) / values.length).toFixed(2)} % of ${values.length}`;
const print = (name, ...values) => console.log(`${name}: ${values.join(' ')}`);

/** Prints what the corpora of `folder` allow. */
export function printText(native, folder) {
  const languages = rowsOf(folder, 'language.jsonl').filter(isKeptAside);
  const prompts = rowsOf(folder, 'prompts.jsonl');
  if (languages.length > 0) printLanguages(native, languages);
  if (prompts.length > 0) {
    // Odd rows taught the model, except those of a source that may only be measured.
    const unseen = prompts.filter(({ source }, index) => source === 'code-alpaca' || index % 2 === 0);
    print('English prompts told as English', percent(unseen.map(({ text }) => native.detectLanguage(text).language === 'en')));
    printTokens(native, [...languages, ...prompts]);
  }
}

function rowsOf(folder, name) {
  const file = path.join(folder, name);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

function printLanguages(native, rows) {
  const told = rows.map(({ text, language }) => {
    const found = native.detectLanguage(text);
    return { language, right: found.language === language, confidence: found.confidence };
  });
  print('sentences told, all languages', percent(told.map(({ right }) => right)));
  print('sentences told, the 20 most used', percent(told.filter(({ language }) => mostUsed.includes(language)).map(({ right }) => right)));
  const short = rows.flatMap(({ text, language }) =>
    [2, 5].map((words) => {
      const found = native.detectLanguage(text.split(/\s+/).slice(0, words).join(' '));
      return { right: found.language === language, confidence: found.confidence };
    }),
  );
  print('calibration error of sentences and of their first 2 and 5 words', calibrationError([...told, ...short]).toFixed(4));
  const texts = rows.map(({ text }) => text.repeat(Math.ceil(200 / text.length)).slice(0, 200));
  print('µs for 200 characters, p50', quantile(times(texts, native.detectLanguage), 0.5).toFixed(1));
}

/** Expected calibration error over ten bins of equal width (Naeini, Cooper and Hauskrecht 2015). */
function calibrationError(told) {
  const bins = Array.from({ length: 10 }, () => ({ gap: 0 }));
  for (const { right, confidence } of told) bins[Math.min(9, Math.floor(confidence * 10))].gap += confidence - (right ? 1 : 0);
  return bins.reduce((sum, { gap }) => sum + Math.abs(gap), 0) / told.length;
}

function printTokens(native, rows) {
  const texts = rows.map(({ text }) => text).filter((text) => text.length > 100);
  for (const encoding of ['cl100k_base', 'o200k_base']) {
    const errors = texts.map((text) => {
      const exact = native.countTokens(text, encoding);
      return Math.abs(native.estimateTokens(text) - exact) / exact;
    });
    print(`estimate against ${encoding}, relative error p50, p95`, ...[0.5, 0.95].map((share) => quantile(errors, share).toFixed(3)));
    const whole = texts.join('\n');
    const before = process.cpuUsage();
    native.countTokens(whole, encoding);
    const { user, system } = process.cpuUsage(before);
    print(`exact count of ${encoding} from JavaScript, MB a second of CPU time`, (Buffer.byteLength(whole) / (user + system)).toFixed(0));
  }
}

function times(texts, call) {
  return texts.map((text) => {
    const startedAt = performance.now();
    call(text);
    return (performance.now() - startedAt) * 1000;
  });
}
