// The benches, by hand: each has a name, says what it measures and throws where an answer is not the expected one.

import { encoder } from './encoder.mjs';
import { fastPath } from './fast-path.mjs';
import { inference } from './inference.mjs';
import { proxy } from './proxy.mjs';
import { selection } from './selection.mjs';
import { sessionStore } from './sessions.mjs';
import { vectorMillion } from './vector-million.mjs';
import { vectors } from './vectors.mjs';

export const benches = [fastPath, encoder, inference, vectors, vectorMillion, selection, sessionStore, proxy];
