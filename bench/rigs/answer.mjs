// What the upstream of the benches says: known to the upstream that says it and to the client that checks it.

export const content = 'Hello there, how can I help you today?';
