// `signalbox models`: the published models that can be pointed to, and bringing, taking and proving one.

import { nearest } from '../config/suggest.js';
import { RouterError } from '../errors.js';
import {
  importModel,
  type ModelLock,
  modelPlaces,
  modelsFolder,
  type Presence,
  type PublishedModel,
  presence,
  publishedModel,
  publishedModels,
  pullModel,
  verifyModel,
} from '../models/index.js';
import { byteProgress } from './progress.js';
import type { Paint, Terminal } from './terminal.js';

export interface ListOptions {
  readonly json?: boolean;
}

export interface PullCommandOptions {
  readonly from?: string;
  readonly again?: boolean;
}

export interface ImportCommandOptions {
  readonly link?: boolean;
}

/** Writes every published model and whether it is here. */
export async function list({ json = false }: ListOptions, { out, env, paintOut }: Terminal): Promise<boolean> {
  const models = modelsFolder(env);
  const rows = publishedModels().map((model) => ({ model, state: presence(model, models), folder: modelPlaces(models, model.id).folder }));
  out(json ? `${JSON.stringify(rows.map(listing), null, 2)}\n` : table(rows, models, paintOut));
  return true;
}

/** Downloads a model, or takes it from the folder or address of `--from`. */
export async function pull(id: string, { from, again = false }: PullCommandOptions, terminal: Terminal): Promise<boolean> {
  const model = named(id);
  if (!again && (await faultOf(model, modelsFolder(terminal.env))) === undefined) {
    terminal.out(`${terminal.paintOut.good('ok')} ${id} is here already, and whole; --again fetches the newest.\n`);
    return true;
  }
  if (from !== undefined && !/^https?:\/\//i.test(from)) return importFrom(id, from, {}, terminal);
  const progress = byteProgress(terminal);
  const { env } = terminal;
  const lock = await pullModel(model, { models: modelsFolder(env), env, from, onBytes: progress.bytes, onFile: progress.done })
    .catch((thrown: unknown) => throwTyped(thrown, modelsFolder(env)))
    .finally(progress.end);
  terminal.out(arrival(lock, model, terminal));
  return true;
}

/** Takes a model from a folder that somebody brought. */
export async function importFrom(id: string, folder: string, { link }: ImportCommandOptions, terminal: Terminal): Promise<boolean> {
  const model = named(id);
  const progress = byteProgress(terminal);
  const models = modelsFolder(terminal.env);
  const lock = await importModel(model, folder, { models, link, onFile: progress.done })
    .catch((thrown: unknown) => throwTyped(thrown, models))
    .finally(progress.end);
  terminal.out(arrival(lock, model, terminal));
  return true;
}

/** Proves one model, or all that are here; false where one has a fault. */
export async function verify(id: string | undefined, terminal: Terminal): Promise<boolean> {
  const models = modelsFolder(terminal.env);
  const here = (model: PublishedModel) => !['absent', 'partial'].includes(presence(model, models));
  const wanted = id === undefined ? publishedModels().filter(here) : [named(id)];
  if (wanted.length === 0) terminal.out(`There is no model in ${models}.\n`);
  let good = true;
  for (const model of wanted) {
    const fault = await faultOf(model, models);
    good &&= fault === undefined;
    const { paintOut } = terminal;
    terminal.out(fault === undefined ? `${paintOut.good('ok')} ${model.id}\n` : `${paintOut.bad('fault')} ${model.id}: ${fault}\n`);
  }
  return good;
}

async function faultOf(model: PublishedModel, models: string): Promise<string | undefined> {
  try {
    await verifyModel(model, models);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RouterError) return `${thrown.message} (${thrown.code})`;
    throw thrown;
  }
}

/** A disk that is full or not ours is no bug. */
function throwTyped(thrown: unknown, models: string): never {
  if (!(thrown instanceof Error && 'syscall' in thrown && 'code' in thrown)) throw thrown;
  const message = `The models folder ${models} cannot be written: ${thrown.message}.`;
  throw new RouterError('DOWNLOAD_FAILED', {
    message,
    at: models,
    expected: 'a folder with room',
    received: String(thrown.code),
    cause: thrown,
  });
}

function named(id: string): PublishedModel {
  const model = publishedModel(id);
  if (model !== undefined) return model;
  const ids = publishedModels().map((known) => known.id);
  const near = nearest(id, ids);
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  const message = `There is no published model ${JSON.stringify(id)}.${meant} All of them: \`signalbox models list\`.`;
  throw new RouterError('MODEL_NOT_FOUND', { message, at: 'ID', expected: ids.join(', '), received: id });
}

function arrival({ files, completed }: ModelLock, { id, licence, notes }: PublishedModel, { env, paintOut }: Terminal): string {
  const megabytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0) / 1e6;
  const written = Object.keys(completed);
  return [
    `${paintOut.good('ok')} ${id}: ${Object.keys(files).length} files, ${megabytes.toFixed(1)} MB in ${modelPlaces(modelsFolder(env), id).folder}`,
    ...(written.length === 0 ? [] : [`   names and prompts of the manifest written into ${written.join(', ')}`]),
    `   licence: ${licence ?? 'see its card'}`,
    ...(notes === undefined ? [] : [`   ${notes}`]),
    `   loadModel('${id}')`,
    '',
  ].join('\n');
}

interface Row {
  readonly model: PublishedModel;
  readonly state: Presence;
  readonly folder: string;
}

function listing({ model, state, folder }: Row) {
  const { id, repository, architecture, parametersMillions, maxTokens, licence, gated, purpose, notes, heads } = model;
  const size = sizeClass(parametersMillions);
  return { id, repository, architecture, parametersMillions, size, maxTokens, licence, gated, purpose, notes, heads, state, folder };
}

function table(rows: readonly Row[], models: string, paint: Paint): string {
  const cells = rows.map(({ model, state }) => [
    model.id,
    sizeText(model),
    licenceText(model),
    state === 'absent' ? '' : state,
    model.purpose,
  ]);
  const head = ['id', 'size', 'licence', 'here', 'for'];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = cells.map((row, at) => (rows[at]?.state === 'present' ? paint.good(line(row)) : line(row)));
  const foot = `\n${models}\n* gated: accept its terms on the hub and set HF_TOKEN.  Bring one: signalbox models pull ID\n`;
  return `${paint.bold(line(head))}\n${lines.join('\n')}\n${paint.dim(foot)}`;
}

function licenceText({ licence, gated }: PublishedModel): string {
  return `${licence ?? 'see its card'}${gated ? ' *' : ''}`;
}

function sizeText({ parametersMillions }: PublishedModel): string {
  return `${sizeClass(parametersMillions)} ${Math.round(parametersMillions)}M`;
}

/** By what a core of an ordinary CPU makes of it: milliseconds, tens of them, a hundred and more. */
function sizeClass(parametersMillions: number): 'small' | 'base' | 'large' {
  if (parametersMillions < 50) return 'small';
  return parametersMillions < 200 ? 'base' : 'large';
}
