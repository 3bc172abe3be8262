// The sections of the model's figures, in the order in which they are printed.

import { costSection } from './cost.mjs';
import { embeddingSection } from './embedding.mjs';
import { intentSection } from './intent.mjs';
import { jailbreakSection } from './jailbreak.mjs';
import { labelledSections } from './labelled.mjs';
import { piiSection } from './pii.mjs';

/** `head` is what the folder must have; a section gives undefined where no rows measure it. */
export const sections = [...labelledSections, intentSection, embeddingSection, jailbreakSection, piiSection, costSection];
