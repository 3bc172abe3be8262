// Published models: the manifest, where they lie on this machine, and the four things that are done with them.

export { type ImportOptions, importModel } from './import.js';
export type { ModelLock } from './lock.js';
export { manifestSchema, type PublishedHead, type PublishedModel, packageRoot, publishedModel, publishedModels } from './manifest.js';
export { bundledId, type Environment, modelPlaces, modelsFolder, notFound, type ResolvedModel, resolveModel } from './places.js';
export { type PullOptions, pullModel } from './pull.js';
export { type Presence, presence, verifyModel } from './verify.js';
