import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { isSecretsError, SecretsError } from '../../core/errors.ts'
import { splitCommand } from '../../keys/age/key-command.ts'

/** An editor as it is started: the file's name is added behind the words. */
export interface EditorCommand {
  readonly words: readonly string[]
  /** Where it was named: a variable, or `PATH`. */
  readonly source: string
}

/** What choosing an editor looks at. */
export interface EditorSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
}

/** Ours, sops's, and those of every other program (POSIX, `crontab` and `ex`). */
const VARIABLES = ['SECRETS_EDITOR', 'SOPS_EDITOR', 'VISUAL', 'EDITOR'] as const

/** What sops looks for where no variable is set (`lookupAnyEditor`). */
const FALLBACKS = ['vim', 'nano', 'vi'] as const

/** Without its swap file, backups, undo file and memory of registers, all of which would be plain text on the disk. */
const VIM_PRIVATELY = ['-n', '-i', 'NONE', '--cmd', 'set noswapfile nobackup nowritebackup noundofile'] as const

/** Started without this, they return at once, before anything is typed. */
const WAITING_OPTIONS: ReadonlyMap<string, string> = new Map([
  ...['code', 'code-insiders', 'codium', 'cursor', 'windsurf', 'zed', 'subl', 'atom'].map((name) =>
    pair(name, '--wait'),
  ),
  ...['mate', 'mine', 'bbedit'].map((name) => pair(name, '-w')),
  pair('gvim', '-f'),
])

function pair(name: string, option: string): readonly [string, string] {
  return [name, option]
}

/**
 * The editor that the user wants: `SECRETS_EDITOR`, `SOPS_EDITOR`, `VISUAL`, `EDITOR`, else the first of vim, nano and vi (on Windows
 * notepad). Variables are split into words as a shell would, without a shell. Throws `EDITOR_FAILED` when there is none, or for a
 * quote that is not closed.
 */
export async function editorCommand({ env, platform }: EditorSurroundings): Promise<EditorCommand> {
  for (const source of VARIABLES) {
    const words = splitEditor(env[source] ?? '', source, platform)
    if (words.length > 0) return { words: withoutTraces(words), source }
  }
  if (platform === 'win32') return { words: ['notepad.exe'], source: 'PATH' }
  for (const name of FALLBACKS) {
    if (await isInPath(name, env['PATH'] ?? '')) return { words: withoutTraces([name]), source: 'PATH' }
  }
  throw new SecretsError('EDITOR_FAILED', `no editor is set, and none of ${FALLBACKS.join(', ')} is installed`, {
    hint: 'name one: export SECRETS_EDITOR="code --wait"',
  })
}

/** The option that an editor with windows needs and was not given; undefined where nothing is known to be missing. */
export function missingWaitOption({ words }: EditorCommand): string | undefined {
  const option = WAITING_OPTIONS.get(programName(words))
  const given = words.some((word) => word === option || word === '--wait' || word === '-w')
  return option === undefined || given ? undefined : option
}

function splitEditor(line: string, source: string, platform: NodeJS.Platform): readonly string[] {
  try {
    return splitCommand(line, platform)
  } catch (error) {
    if (!isSecretsError(error)) throw error
    throw new SecretsError('EDITOR_FAILED', `${source} ${error.message}`, { hint: `export ${source}="code --wait"` })
  }
}

function withoutTraces(words: readonly string[]): readonly string[] {
  const [program = '', ...args] = words
  return ['vim', 'nvim', 'gvim'].includes(programName(words)) ? [program, ...VIM_PRIVATELY, ...args] : words
}

function programName([program = '']: readonly string[]): string {
  const name = program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1)
  return name.replace(/\.(?:exe|cmd|bat|com)$/i, '')
}

async function isInPath(name: string, path: string): Promise<boolean> {
  const folders = path.split(delimiter).filter((folder) => folder !== '')
  const found = await Promise.all(folders.map((folder) => isExecutable(join(folder, name))))
  return found.includes(true)
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}
