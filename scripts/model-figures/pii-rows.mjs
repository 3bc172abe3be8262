// Rows of personal data with spans in UTF-16 units and in our types: the frozen set as it is, presidio-research's as training reads it.

/** presidio-research's types as ours: TYPES of models/training/data/pii_corpus.py. */
const types = {
  PERSON: 'PERSON',
  ORGANIZATION: 'ORGANIZATION',
  GPE: 'LOCATION',
  LOCATION: 'LOCATION',
  ADDRESS: 'STREET_ADDRESS',
  STREET_ADDRESS: 'STREET_ADDRESS',
  ZIP_CODE: 'STREET_ADDRESS',
  CREDIT_CARD: 'CREDIT_CARD',
  DATE_TIME: 'DATE_TIME',
  PHONE_NUMBER: 'PHONE_NUMBER',
  TITLE: 'TITLE',
  PREFIX: 'TITLE',
  EMAIL_ADDRESS: 'EMAIL_ADDRESS',
  DOMAIN_NAME: 'URL',
  AGE: 'AGE',
  NRP: 'NRP',
  US_SSN: 'US_SSN',
  IP_ADDRESS: 'IP_ADDRESS',
  IBAN_CODE: 'IBAN_CODE',
  US_DRIVER_LICENSE: 'DRIVER_LICENSE',
};
const honorific = /^(mr|mrs|ms|miss|dr|prof)\.?(?=\s|$)/i;

/** The same row with spans in UTF-16 units instead of code points. */
export function inUnits({ text, spans, ...row }) {
  const units = [0];
  for (const sign of text) units.push(units.at(-1) + sign.length);
  return { ...row, text, spans: spans.map((span) => ({ ...span, start: units[span.start], end: units[span.end] })) };
}

/** A row of the corpus in our types; undefined where its template was left unfilled. */
export function presidioRow(row) {
  const { text, spans } = inUnits(row);
  if (/\{[\p{L}\p{N}_]+\}/u.test(text) || spans.some(({ start, end }) => text.slice(start, end) === 'nan')) return undefined;
  const named = spans.map((span) => ({ ...span, type: types[span.type] })).sort((left, right) => left.start - right.start);
  return {
    text,
    spans: joined(
      text,
      named.flatMap((span) => untitled(text, span)),
    ),
  };
}

/** A person who begins with a title, as a title and a person. */
function untitled(text, span) {
  const found = span.type === 'PERSON' ? honorific.exec(text.slice(span.start, span.end)) : null;
  if (found === null) return [span];
  const end = span.start + found[0].length;
  const start = end + /^\s*/.exec(text.slice(end, span.end))[0].length;
  const title = { start: span.start, end, type: 'TITLE' };
  return start < span.end ? [title, { ...span, start }] : [title];
}

/** Parts of one address that only blanks divide, as one span. */
function joined(text, spans) {
  const made = [];
  for (const span of spans) {
    const last = made.at(-1);
    const goesOn = last?.type === 'STREET_ADDRESS' && span.type === 'STREET_ADDRESS' && /^[ \t]*$/.test(text.slice(last.end, span.start));
    if (goesOn) made[made.length - 1] = { ...last, end: span.end };
    else made.push(span);
  }
  return made;
}
