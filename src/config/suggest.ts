// What follows a name that nobody knows: the one that was probably meant, or the few that there are.

import { didYouMean } from '../decisions/did-you-mean.js';

const maxListed = 12;

/** `; did you mean x?`, or `; known: …`, or '' where nothing is known. */
export function hint(word: string, known: readonly string[]): string {
  const closest = nearest(word, known);
  if (closest !== undefined) return `; did you mean ${closest}?`;
  if (known.length === 0) return '';
  const shown = known.slice(0, maxListed).join(', ');
  return `; known: ${shown}${known.length > maxListed ? ', …' : ''}`;
}

/** The known word within two edits, or else one that begins with the other. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = word.toLowerCase().slice(0, 64);
  const near = didYouMean(plain, known);
  if (near !== undefined || plain.length < 3) return near;
  return known.find((one) => one.toLowerCase().startsWith(plain) || (one.length >= 3 && plain.startsWith(one.toLowerCase())));
}
