import type { KeyContext } from '../keys/key-provider.ts'
import type { Keyring } from '../keys/keyring.ts'
import { createOnce } from '../keys/once.ts'
import type { OpeningLog } from '../keys/opening-log.ts'
import type { Project } from '../project/model.ts'
import { type CommandOpenings, commandOpenings, type OpeningPurpose } from './command-openings.ts'
import type { CommandContext } from './context.ts'
import { createQuestions } from './create-questions.ts'
import type { Environment } from './environment.ts'
import type { Questions } from './questions.ts'
import { inputPieces, readInput } from './read-input.ts'
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
  /** The log of what it opens. */
  readonly openings: CommandOpenings
  /** Runs the clean-ups, last registered first, each even if another one failed. Rejects with the first failure. */
  close(): Promise<void>
}

/** Makes what a command gets from what the process has. */
export function createContext(
  environment: Environment,
  terminal: Terminal,
  common: CommonValues,
  purpose: OpeningPurpose = { command: 'secrets', unit: 'file' },
): OpenContext {
  const questions = createQuestions(environment, terminal)
  const once = createOnce()
  const openings = commandOpenings(environment, { purpose, once, warn: terminal.warn, config: common.config })
  // Last of all: clean-ups may still open something.
  const cleanups: (() => void | Promise<void>)[] = [() => openings.close()]
  const keyContext = createKeyContext(environment, terminal, { questions, once, openings: openings.log })
  const finders = projectFinders(environment, terminal, { config: common.config, once })
  const context: CommandContext = {
    env: environment.env,
    cwd: environment.cwd,
    home: environment.home,
    platform: environment.platform,
    systemSettings: environment.systemSettings,
    now: environment.now,
    signal: environment.signals.signal,
    terminal,
    questions,
    json: common.json,
    quiet: common.quiet,
    configFile: common.config,
    keyContext,
    ...finders,
    keyring: () => once('cli: keyring', () => openKeyring(keyContext, finders.projectIfAny)),
    readInput: () => readInput(environment.stdin, environment.signals.signal),
    inputPieces: () => inputPieces(environment.stdin, environment.signals.signal),
    onExit: (cleanup) => cleanups.push(cleanup),
    takeOverSignals: environment.signals.takeOver,
  }
  return { context, openings, close: () => runAll(cleanups) }
}

/** What finds the configuration; it is read once, by whichever is asked first. */
function projectFinders(
  { cwd, env }: Environment,
  terminal: Terminal,
  { config, once }: Pick<CommonValues, 'config'> & Pick<KeyContext, 'once'>,
): Pick<CommandContext, 'project' | 'projectIfAny' | 'projectRoot'> {
  const options = { cwd, config, env }
  const projectIfAny = async (): Promise<Project | undefined> => {
    return once('cli: project', async () => {
      const { findProjectIfAny } = await import('../project/find-project.ts')
      return loadProject(terminal, () => findProjectIfAny(options))
    })
  }
  return {
    projectIfAny,
    projectRoot: async () => {
      const { findProjectRoot } = await import('../project/find-project.ts')
      return findProjectRoot(options)
    },
    project: async () => {
      const { findProject } = await import('../project/find-project.ts')
      // Finds nothing either, and says so.
      return (await projectIfAny()) ?? (await findProject(options))
    },
  }
}

/** Recipients are named in errors as the project names them: only then is it read. One that cannot be read names nobody. */
async function openKeyring(keyContext: KeyContext, findProject: () => Promise<Project | undefined>): Promise<Keyring> {
  const { createKeyring } = await import('../keys/open-keyring.ts')
  return createKeyring(keyContext, {
    names: async () => {
      const recipients = [...((await findProject().catch(() => undefined))?.recipients.values() ?? [])]
      return new Map(recipients.map(({ reference, name }) => [reference, name]))
    },
  })
}

/** The configuration with its warnings shown; `find` decides whether one has to be there. */
async function loadProject<Found extends Project | undefined>(
  terminal: Terminal,
  find: () => Promise<Found>,
): Promise<Found> {
  const project = await find()
  for (const warning of project?.warnings ?? []) terminal.warn(warning)
  return project
}

/** Plugins ask; other keys do not. */
const INSTEAD_OF_PLUGIN = 'use a key that asks nothing'

interface KeyContextParts {
  readonly questions: Questions
  readonly once: KeyContext['once']
  readonly openings: OpeningLog
}

function createKeyContext(
  environment: Environment,
  terminal: Terminal,
  { questions, once, openings }: KeyContextParts,
): KeyContext {
  const person: Pick<KeyContext, 'askPassphrase' | 'askText' | 'choose'> = {
    askPassphrase: (message) => questions.hidden({ message, instead: 'use a key file without a passphrase' }),
    askText: (message) => questions.text({ message, instead: INSTEAD_OF_PLUGIN }),
    choose: async (message, answers) => {
      const choices = answers.map((name, index) => ({ name, value: String(index) }))
      return Number(await questions.select({ message, choices, instead: INSTEAD_OF_PLUGIN }))
    },
  }
  return {
    env: environment.env,
    platform: environment.platform,
    home: environment.home,
    signal: environment.signals.signal,
    now: environment.now,
    ...(terminal.interactive ? person : {}),
    // With --quiet too: somebody has to touch a key or the command waits for ever.
    notify: (message) => terminal.say(`secrets: ${visible(message)}`),
    once,
    openings,
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
