// The reliability of a head as a picture: how often it is right beside how sure it is, a line for each set, in SVG.

const size = 320;
const margin = 44;
const side = size - 2 * margin;
const colours = ['#1f6feb', '#d1242f', '#1a7f37', '#9a6700'];

/** `curves` is { set: [{ count, confidence, accuracy }] }. */
export function reliabilitySvg(title, curves) {
  const sets = Object.entries(curves).filter(([, bins]) => bins.length > 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size + 18 * sets.length}" font-family="sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="#fff"/><text x="${size / 2}" y="20" text-anchor="middle" font-size="13">${escaped(title)}</text>`,
    ...axes(),
    ...sets.flatMap(([name, bins], at) => lineOf(bins, colours[at % colours.length], name, at)),
    '</svg>',
    '',
  ].join('\n');
}

const x = (value) => (margin + side * value).toFixed(1);
const y = (value) => (margin + side * (1 - value)).toFixed(1);

function axes() {
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return [
    `<rect x="${margin}" y="${margin}" width="${side}" height="${side}" fill="none" stroke="#888"/>`,
    `<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="#bbb" stroke-dasharray="4 3"/>`,
    ...ticks.map((tick) => `<text x="${x(tick)}" y="${size - margin + 14}" text-anchor="middle">${tick}</text>`),
    ...ticks.map((tick) => `<text x="${margin - 6}" y="${Number(y(tick)) + 4}" text-anchor="end">${tick}</text>`),
    `<text x="${size / 2}" y="${size - 12}" text-anchor="middle">confidence</text>`,
    `<text x="12" y="${size / 2}" text-anchor="middle" transform="rotate(-90 12 ${size / 2})">share that is right</text>`,
  ];
}

/** The dots grow with the rows of their bins. */
function lineOf(bins, colour, name, at) {
  const points = bins.map(({ confidence, accuracy }) => `${x(confidence)},${y(accuracy)}`).join(' ');
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  const below = size + 18 * at + 8;
  return [
    `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
    ...bins.map(
      ({ count, confidence, accuracy }) =>
        `<circle cx="${x(confidence)}" cy="${y(accuracy)}" r="${(1.5 + 5 * Math.sqrt(count / all)).toFixed(1)}" fill="${colour}"/>`,
    ),
    `<rect x="${margin}" y="${below - 9}" width="10" height="10" fill="${colour}"/><text x="${margin + 16}" y="${below}">${escaped(name)}, ${all} rows</text>`,
  ];
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
