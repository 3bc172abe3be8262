// `signalbox models …` as commander knows it.

import type { Command } from 'commander';
import type { ImportCommandOptions, ListOptions, PullCommandOptions } from './models.js';

/** What each of them does; `true` where all is well. */
export interface ModelsCommands {
  readonly list: (options: ListOptions) => Promise<boolean>;
  readonly pull: (id: string, options: PullCommandOptions) => Promise<boolean>;
  readonly import: (id: string, folder: string, options: ImportCommandOptions) => Promise<boolean>;
  readonly verify: (id: string | undefined) => Promise<boolean>;
}

export function addModels(program: Command, commands: ModelsCommands, finish: (good: boolean) => void): void {
  const models = program
    .command('models')
    .summary('list, bring and prove published models')
    .description('Published models that loadModel and the configuration can name by id. Nothing is downloaded unless you say pull.')
    .addHelpText('after', help);
  models
    .command('list')
    .description('Every published model: what it is for, its size, its licence, and whether it is here.')
    .option('--json', 'print an array of { id, repository, size, licence, gated, purpose, heads, state, folder, … }')
    .action(async (options: ListOptions) => finish(await commands.list(options)));
  models
    .command('pull')
    .description('Download a model from the hub. Run it again to go on where it stopped; does nothing where the model is whole.')
    .argument('<id>', 'the id that list shows')
    .option('--from <place>', 'an https address under which its files lie, or a folder, instead of the hub')
    .option('--again', 'fetch the newest even where the model is here and whole')
    .action(async (id: string, options: PullCommandOptions) => finish(await commands.pull(id, options)));
  models
    .command('import')
    .description('Take a model from a folder that was downloaded elsewhere. Needs no network.')
    .argument('<id>', 'the id that list shows')
    .argument('<folder>', 'the folder with its config.json, tokenizer.json and weights')
    .option('--link', 'link to the weights instead of copying them')
    .action(async (id: string, folder: string, options: ImportCommandOptions) => finish(await commands.import(id, folder, options)));
  models
    .command('verify')
    .description('Compare with the lock file, open configuration, tokeniser and weights. Exits with 1 at a fault.')
    .argument('[id]', 'one model (default: all that are here)')
    .action(async (id: string | undefined) => finish(await commands.verify(id)));
}

const help = `
Environment:
  SIGNALBOX_MODELS   the models folder (default: ~/.cache/signalbox/models)
  HF_ENDPOINT        another hub or a mirror of it
  HF_TOKEN           who you are, for gated models
  HTTPS_PROXY, …     the way out

Examples:
  signalbox models pull minilm-l6
  signalbox models pull minilm-l6 --from https://mirror.example/minilm
  signalbox models import prompt-guard-2-86m ./Llama-Prompt-Guard-2-86M
  signalbox models verify`;
