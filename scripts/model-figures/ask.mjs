// Puts many texts to a model, texts of like length together, and gives the answers in the order of the texts.

const batchTexts = 32;

/** A batch holds so many characters at most, so that long texts go alone. */
const batchCharacters = 40_000;

/** The answers of `call(batch)` to all inputs. */
async function inBatches(inputs, call) {
  const order = inputs.map((_, at) => at).sort((left, right) => lengthOf(inputs[left]) - lengthOf(inputs[right]));
  const answers = new Array(inputs.length);
  for (let at = 0; at < order.length; ) {
    const places = [];
    let characters = 0;
    while (at < order.length && places.length < batchTexts && (places.length === 0 || characters < batchCharacters)) {
      places.push(order[at]);
      characters += lengthOf(inputs[order[at]]);
      at += 1;
    }
    const given = await call(places.map((place) => inputs[place]));
    for (const [index, place] of places.entries()) answers[place] = given[index];
  }
  return answers;
}

const lengthOf = (input) => (typeof input === 'string' ? input.length : input.text.length + (input.pair?.length ?? 0));

const inputOf = ({ text, pair }) => (pair === undefined ? text : { text, pair });

/** Rows with what the head says: `told`, `confidence`, `probabilities`. */
export async function classifyRows(model, head, rows) {
  const answers = await inBatches(rows.map(inputOf), (batch) => model.classify(batch, { head }));
  return rows.map((row, at) => {
    const { label: told, confidence, probabilities } = answers[at];
    return { ...row, told, confidence, probabilities };
  });
}

export const embedTexts = (model, texts) => inBatches(texts, (batch) => model.embed(batch));

export const tagTexts = (model, head, texts) => inBatches(texts, (batch) => model.tag(batch, { head }));

/** The guard's log-odds: unlike the probability it still tells two texts apart where both are almost sure. */
export function alarmOf({ probabilities }) {
  return Math.log(Math.max(probabilities.jailbreak, 1e-38)) - Math.log(Math.max(probabilities.benign, 1e-38));
}
