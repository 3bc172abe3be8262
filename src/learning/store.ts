// The experience of a process as a store: read from its file when it is opened, written while anything changes, and at the end.

import { createExperience, type Experience } from './experience.js';
import type { LearningOptions } from './options.js';
import { type Restored, restoreSnapshot, saveSnapshot } from './snapshot.js';

/** What tells stores apart: a reload with other limits goes on with the same one. */
export type ExperienceKey = Pick<LearningOptions, 'file'>;

export interface ExperienceStore {
  readonly experience: Experience;
  /** What the file held; `none` where there is no file. */
  readonly restored: Restored;
  /** What there is to say about that, the first time it is asked for. */
  readonly notice: () => string | undefined;
  /** Takes over options, and from then on says by `failed` where saving fails. */
  readonly configure: (options: LearningOptions, failed: (error: unknown) => void) => void;
  /** Something was learned: it is due to be written. */
  readonly touch: () => void;
  /** Writes what changed; does nothing without a file. One at a time. Rejects where the file cannot be written; nothing is lost then. */
  readonly save: () => Promise<void>;
  /** The last save; the timer ends. */
  readonly close: () => Promise<void>;
}

/** `now` is in milliseconds since the epoch, replaced in tests. */
export function openExperience({ file }: ExperienceKey, now: () => number = Date.now): ExperienceStore {
  const experience = createExperience();
  const restored: Restored =
    file === undefined
      ? { state: 'none', entries: 0, lost: 0, message: undefined, keptAs: undefined }
      : restoreSnapshot(file, experience.tables);
  let changed = false;
  let saving: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const write = async (): Promise<void> => {
    if (!changed || file === undefined) return;
    changed = false;
    try {
      await saveSnapshot(file, experience.tables, now);
    } catch (error) {
      changed = true;
      throw error;
    }
  };
  const save = (): Promise<void> => {
    saving = saving.then(write, write);
    return saving;
  };
  let told = false;
  return {
    experience,
    restored,
    notice: () => {
      const message = told ? undefined : restored.message;
      told = true;
      return message;
    },
    configure: (options, failed) => {
      experience.configure(options);
      clearInterval(timer);
      if (file !== undefined) timer = setInterval(() => void save().catch(failed), options.saveSeconds * 1000).unref();
    },
    touch: () => {
      changed = true;
    },
    save,
    close: async () => {
      clearInterval(timer);
      await save();
    },
  };
}
