// The words of a text that say what it is about: folded, without grammar words and endings, scripts without spaces in pairs of letters.

/** English words that carry no topic, as search engines leave them out; other languages keep all of theirs. */
const stopWords: ReadonlySet<string> = new Set(
  (
    'a about all am an and any are as at be been but by can could did do does for from get give had has have he her him his how i if in ' +
    'into is it its just let make may me my no not of on or our please she should so some tell than that the their them then there these ' +
    'they this to up us use used using want was we were what when where which who why will with would you your'
  ).split(' '),
);

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Each word once. `getWeather` and `get_weather` are the words get and weather. */
export function topicWords(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  const spaced = text.normalize('NFKC').replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2');
  for (const [run] of spaced.toLowerCase().matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    if (unspaced.test(run)) for (const pair of pairs(run)) words.add(pair);
    else if (!stopWords.has(run)) words.add(stem(run));
  }
  return words;
}

function pairs(run: string): readonly string[] {
  const letters = [...run];
  return letters.length < 2 ? letters : letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
}

/** Plural and tense endings of English, as far as they leave a word of four letters (after M. Porter, An algorithm for suffix stripping, step 1). */
function stem(word: string): string {
  if (word.length < 4) return word;
  if (word.endsWith('ies') && word.length > 5) return `${word.slice(0, -3)}y`;
  for (const ending of ['ing', 'ed', 'es', 's']) {
    if (word.endsWith(ending) && word.length - ending.length >= 4 && !word.endsWith('ss'))
      return withoutSilentE(word.slice(0, -ending.length));
  }
  return withoutSilentE(word);
}

/** `schedule`, `scheduled` and `scheduling` become one. */
function withoutSilentE(word: string): string {
  return word.length > 4 && word.endsWith('e') ? word.slice(0, -1) : word;
}
