// Two light heads on vectors: ridge regression to one-hot classes by its normal equations, and the nearest class mean.

const ridgeWeight = 1;

/**
 * Learns from `[rows]` of vectors and the number of each row's class; gives a function from a vector to the scores of the classes.
 * Hoerl and Kennard (1970), with a constant feature, solved by Cholesky's decomposition.
 */
export function ridge(vectors, classes, classCount) {
  const width = vectors[0].length + 1;
  const squares = new Float64Array(width * width);
  const targets = new Float64Array(width * classCount);
  for (const [at, vector] of vectors.entries()) {
    for (let row = 0; row < width; row += 1) {
      const value = row < width - 1 ? vector[row] : 1;
      targets[row * classCount + classes[at]] += value;
      for (let column = 0; column <= row; column += 1) squares[row * width + column] += value * (column < width - 1 ? vector[column] : 1);
    }
  }
  for (let row = 0; row < width; row += 1) squares[row * width + row] += ridgeWeight;
  decompose(squares, width);
  solve(squares, targets, width, classCount);
  return (vector) => {
    const scores = targets.slice((width - 1) * classCount);
    for (let row = 0; row < width - 1; row += 1) {
      for (let label = 0; label < classCount; label += 1) scores[label] += vector[row] * targets[row * classCount + label];
    }
    return scores;
  };
}

/** Lower triangle of L in place, where L times its transpose is the matrix. */
function decompose(matrix, width) {
  for (let row = 0; row < width; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let rest = matrix[row * width + column];
      for (let at = 0; at < column; at += 1) rest -= matrix[row * width + at] * matrix[column * width + at];
      matrix[row * width + column] = row === column ? Math.sqrt(rest) : rest / matrix[column * width + column];
    }
  }
}

/** Replaces `targets` `[width, count]` by the solution, forwards through L and backwards through its transpose. */
function solve(lower, targets, width, count) {
  for (let label = 0; label < count; label += 1) {
    for (let row = 0; row < width; row += 1) {
      let rest = targets[row * count + label];
      for (let at = 0; at < row; at += 1) rest -= lower[row * width + at] * targets[at * count + label];
      targets[row * count + label] = rest / lower[row * width + row];
    }
    for (let row = width - 1; row >= 0; row -= 1) {
      let rest = targets[row * count + label];
      for (let at = row + 1; at < width; at += 1) rest -= lower[at * width + row] * targets[at * count + label];
      targets[row * count + label] = rest / lower[row * width + row];
    }
  }
}

/** The cosine to the mean of each class, of unit-length vectors. */
export function nearestMean(vectors, classes, classCount) {
  const width = vectors[0].length;
  const means = Array.from({ length: classCount }, () => new Float64Array(width));
  for (const [at, vector] of vectors.entries()) for (let place = 0; place < width; place += 1) means[classes[at]][place] += vector[place];
  for (const own of means) {
    const length = Math.hypot(...own) || 1;
    for (let place = 0; place < width; place += 1) own[place] /= length;
  }
  return (vector) => Float64Array.from(means, (own) => own.reduce((sum, value, place) => sum + value * vector[place], 0));
}
