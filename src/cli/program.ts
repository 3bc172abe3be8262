// The command line as commander knows it: commands, options, and help worth reading.

import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../version.js';
import type { CheckOptions } from './check.js';
import type { DoctorOptions } from './doctor.js';
import type { ExplainOptions } from './explain.js';
import { addModels, type ModelsCommands } from './models-program.js';
import type { ServeOptions } from './serve.js';
import type { Terminal } from './terminal.js';

/** What each command does; `true` where all is well. */
export interface Commands {
  readonly serve: (options: ServeOptions) => Promise<boolean>;
  readonly check: (file: string, options: CheckOptions) => Promise<boolean>;
  readonly explain: (prompt: string, options: ExplainOptions) => Promise<boolean>;
  readonly doctor: (options: DoctorOptions) => Promise<boolean>;
  readonly models: ModelsCommands;
}

/** The parser. `finish` hears what the command that ran came to; wrong usage throws a `CommanderError`. */
export function createProgram(commands: Commands, { out, err }: Pick<Terminal, 'out' | 'err'>, finish: (good: boolean) => void): Command {
  const program = new Command('signalbox')
    .description('Routes each LLM request to the model that should answer it. Speaks the OpenAI API: point any client at it.')
    .version(version, '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Print help.')
    .helpCommand('help [command]', 'Print help on a command.')
    .configureOutput({ writeOut: out, writeErr: err, outputError: (text, write) => write(text) })
    .showHelpAfterError('Run signalbox --help for what there is.')
    .exitOverride()
    .addHelpText('after', overview);
  addServe(program, commands, finish);
  addCheck(program, commands, finish);
  addExplain(program, commands, finish);
  addModels(program, commands.models, finish);
  addDoctor(program, commands, finish);
  return program;
}

type Add = (program: Command, commands: Commands, finish: (good: boolean) => void) => void;

const addServe: Add = (program, { serve }, finish) => {
  program
    .command('serve')
    .summary('run the proxy')
    .description('Serve the OpenAI API on one port. With nothing configured: labelled demo models, without key or network.')
    .option('-c, --config <file>', 'the YAML file to serve; it is read again whenever it changes, and on SIGHUP')
    .option('--host <address>', 'the address to listen on (default: 127.0.0.1, or what the file says)')
    .option('-p, --port <number>', 'the port to listen on; 0: any free one (default: 8080, or what the file says)', portNumber)
    .addOption(
      new Option('--backend <flavor>', 'the native flavor to load (default: the best that loads)').choices(['candle', 'onnx', 'stub']),
    )
    .addOption(
      new Option('--log-level <level>', 'the least severe line that is logged (default: info, or what the file says)').choices([
        'trace',
        'debug',
        'info',
        'warn',
        'error',
        'silent',
      ]),
    )
    .option('--insecure', 'listen beyond loopback even without API keys')
    .addHelpText('after', serveHelp)
    .action(async (options: ServeOptions) => finish(await serve(options)));
};

const addCheck: Add = (program, { check }, finish) => {
  program
    .command('check')
    .summary('find every fault of a configuration file')
    .description('Read a configuration file and report every fault as file:line:column. Exits with 1 if there is any.')
    .argument('<file>', 'the YAML file')
    .option('--json', 'report as JSON: { ok, file, faults: [{ code, file, line, column, path, message }], … }')
    .addHelpText('after', '\nExample:\n  signalbox check signalbox.yaml && signalbox serve --config signalbox.yaml')
    .action(async (file: string, options: CheckOptions) => finish(await check(file, options)));
};

const addExplain: Add = (program, { explain }, finish) => {
  program
    .command('explain')
    .summary('show how a prompt would be routed, and why')
    .description('Route a prompt without calling any model: what was measured, which rules hold, which models are left.')
    .argument('<prompt>', 'the text of the user')
    .option('-c, --config <file>', 'the YAML file to route by (default: as serve chooses, the demo at last)')
    .option('--system <text>', 'a system prompt beside it')
    .option('--model <name>', 'the model that the request names (default: the routing alias)')
    .option('--json', 'print { decision, model, tier, confidence, signals, rules, candidates, timingsMs, … }')
    .addHelpText('after', explainHelp)
    .action(async (prompt: string, options: ExplainOptions) => finish(await explain(prompt, options)));
};

const addDoctor: Add = (program, { doctor }, finish) => {
  program
    .command('doctor')
    .summary('see whether this machine can run signalbox')
    .description(
      'Look at Node, the native flavors, the configuration, the environment and the port. Exits with 1 where something needed is broken.',
    )
    .option('-c, --config <file>', 'the YAML file to look at (default: as serve chooses)')
    .option('--json', 'print { ok, version, node, platform, flavors, flavor, environment, findings }')
    .action(async (options: DoctorOptions) => finish(await doctor(options)));
};

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
}

const overview = `
Examples:
  signalbox serve                                  demo models, nothing to configure
  OPENAI_API_KEY=… signalbox serve                 gpt models, chosen by how hard the prompt is
  signalbox serve --config signalbox.yaml          your own models, decisions and rules
  signalbox explain "Prove that 2 is prime"        why a prompt goes where it goes

Environment (flags come first, then the file, then these):
  SIGNALBOX_CONFIG, SIGNALBOX_HOST, SIGNALBOX_PORT
                     the same as --config, --host, --port
  SIGNALBOX_BACKEND  the same as --backend
  OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY, MISTRAL_API_KEY, GROQ_API_KEY, …
                     without a file: the vendors to serve
  OPENAI_BASE_URL    another endpoint that speaks the OpenAI API
  SIGNALBOX_MODELS, HF_ENDPOINT, HF_TOKEN
                     where published models lie and come from: signalbox models --help
  SEMROUTER_…        what Dynamo's semantic router reads
  NO_COLOR           no colours

Exit codes: 0 all is well, 1 it failed, 2 wrong usage.`;

const serveHelp = `
Logs go to stdout, one JSON line per request and no prompt text; the banner and errors go to stderr.
SIGTERM or Ctrl-C: /readyz turns 503, open answers finish (server.drainSeconds, 30), exit 0. A second one stops at once.
SIGHUP: reads the file again. A faulty file is reported and never replaces a good one.

Examples:
  signalbox serve --port 0
  signalbox serve --config signalbox.yaml --host 0.0.0.0     needs identity.apiKeys in the file`;

const explainHelp = `
Examples:
  signalbox explain "hello"
  signalbox explain "Refactor this function" --config signalbox.yaml --json | jq .decision`;
