// Writes protocol buffers by hand: enough of the wire format for an ONNX model (protobuf.dev, Encoding).

const varint = (value) => {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
};

const tag = (field, wire) => varint((field << 3) | wire);

/** A whole number. */
export const whole = (field, value) => Buffer.concat([tag(field, 0), varint(value)]);

/** A 32-bit floating-point number. */
export function float(field, value) {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tag(field, 5), bytes]);
}

/** A string, bytes, or a message made of parts. */
export function parts(field, ...pieces) {
  const body = pieces.flat(Number.POSITIVE_INFINITY).map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  return [tag(field, 2), varint(length), ...body];
}

/** One buffer of all pieces. */
export const joined = (...pieces) => Buffer.concat(pieces.flat(Number.POSITIVE_INFINITY));
