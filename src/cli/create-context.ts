import { SecretsError } from '../core/errors.ts'
import type { KeyContext } from '../keys/key-provider.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Project } from '../project/model.ts'
import type { CommandContext } from './context.ts'
import { createQuestions } from './create-questions.ts'
import type { Environment } from './environment.ts'
import type { Questions } from './questions.ts'
import { readInput } from './read-input.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './visible-text.ts'

/** Values of the common options. */
export interface CommonValues {
  readonly json: boolean
  readonly quiet: boolean
  readonly config: string | undefined
}

/** The context of one command, and what ends it. */
export interface OpenContext {
  readonly context: CommandContext
  /** Runs the clean-ups, last registered first, each even if another one failed. Rejects with the first failure. */
  close(): Promise<void>
}

/** Makes what a command gets from what the process has. */
export function createContext(environment: Environment, terminal: Terminal, common: CommonValues): OpenContext {
  const cleanups: (() => void | Promise<void>)[] = []
  const questions = createQuestions(environment, terminal.interactive)
  const once = createOnce()
  const keyContext = createKeyContext(environment, terminal, { questions, once })
  let loaded: Project | undefined
  const projectIfAny = async (): Promise<Project | undefined> => {
    loaded = await once('cli: project', () => loadProject(environment, common.config, terminal))
    return loaded
  }
  const context: CommandContext = {
    env: environment.env,
    cwd: environment.cwd,
    home: environment.home,
    platform: environment.platform,
    now: environment.now,
    signal: environment.signals.signal,
    terminal,
    questions,
    json: common.json,
    quiet: common.quiet,
    configFile: common.config,
    keyContext,
    projectIfAny,
    project: async () => required(await projectIfAny()),
    keyring: () => once('cli: keyring', () => openKeyring(keyContext, () => loaded)),
    readInput: () => readInput(environment.stdin, environment.signals.signal),
    onExit: (cleanup) => cleanups.push(cleanup),
    takeOverSignals: environment.signals.takeOver,
  }
  return { context, close: () => runAll(cleanups) }
}

/** Names of recipients are looked up in the project only if some command has read it: opening a file needs none. */
async function openKeyring(keyContext: KeyContext, project: () => Project | undefined): Promise<Keyring> {
  const { keyringOf } = await import('./open-keyring.ts')
  return keyringOf(keyContext, project)
}

async function loadProject(
  environment: Environment,
  config: string | undefined,
  terminal: Terminal,
): Promise<Project | undefined> {
  const { findProject } = await import('./open-project.ts')
  const project = await findProject(environment, config)
  for (const warning of project?.warnings ?? []) terminal.warn(warning)
  return project
}

function required(project: Project | undefined): Project {
  if (project !== undefined) return project
  throw new SecretsError('CONFIG_NOT_FOUND', 'there is no .secretsrc or .sops.yaml in this folder or above it', {
    hint: 'secrets init makes one',
  })
}

interface KeyContextParts {
  readonly questions: Questions
  readonly once: KeyContext['once']
}

function createKeyContext(
  environment: Environment,
  terminal: Terminal,
  { questions, once }: KeyContextParts,
): KeyContext {
  const askPassphrase = (question: string): Promise<string> =>
    questions.hidden({ message: question, instead: 'use a key file without a passphrase' })
  return {
    env: environment.env,
    platform: environment.platform,
    home: environment.home,
    signal: environment.signals.signal,
    now: environment.now,
    ...(terminal.interactive ? { askPassphrase } : {}),
    // With --quiet too: somebody has to touch a key or the command waits for ever.
    notify: (message) => terminal.say(`secrets: ${visible(message)}`),
    once,
  }
}

/** One promise for each key; a failed one is forgotten so that asking again tries again. */
function createOnce(): KeyContext['once'] {
  const made = new Map<string, Promise<unknown>>()
  return async <Value>(key: string, make: () => Promise<Value>): Promise<Value> => {
    const known = made.get(key)
    // Each key has one maker, so what is stored under it has that maker's type; a map cannot say so.
    if (known !== undefined) return known as Promise<Value>
    const value = make()
    made.set(key, value)
    value.catch(() => made.delete(key))
    return value
  }
}

async function runAll(cleanups: (() => void | Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) {
    try {
      await cleanup()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
