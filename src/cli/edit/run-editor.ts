import { type ChildProcess, spawn } from 'node:child_process'
import { SecretsError } from '../../core/errors.ts'
import type { CommandContext } from '../context.ts'
import type { EndingSignal } from '../environment.ts'
import type { EditorCommand } from './editor-command.ts'

/** How an editor ended: well, badly (in words), or because of a signal that was meant for all. */
export type EditorEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'interrupted'; readonly signal: EndingSignal }

/** Milliseconds that an editor has to save what it can once it is told to end. */
const GRACE_MS = 3000

/**
 * Runs the editor on a file until it ends. Ctrl-C is the editor's while it runs: the terminal sends it there too. Other signals
 * are passed on, and the editor is waited for, so that nothing is removed under it. Throws `EDITOR_FAILED` when it cannot be started.
 */
export async function runEditor(
  { words, source }: EditorCommand,
  file: string,
  context: CommandContext,
): Promise<EditorEnd> {
  const child = startEditor([...words, file], context)
  let received: EndingSignal | undefined
  let timer: NodeJS.Timeout | undefined
  const release = context.takeOverSignals((signal) => {
    if (signal === 'SIGINT' && context.terminal.isTerminal('stdin')) return
    received = signal
    child.kill(signal)
    timer ??= setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
  })
  try {
    const end = await endOf(child, `${words[0] ?? ''} (from ${source})`)
    return received === undefined ? end : { kind: 'interrupted', signal: received }
  } finally {
    clearTimeout(timer)
    release()
  }
}

function startEditor(words: readonly string[], { env, platform, cwd }: CommandContext): ChildProcess {
  const [program = '', ...args] = words
  if (platform !== 'win32') return spawn(program, args, { env, cwd, stdio: 'inherit' })
  // Editors such as code are batch files there, which only the command interpreter can start.
  const line = words.map((word) => `"${word.replaceAll('"', '')}"`).join(' ')
  const interpreter = env['ComSpec'] ?? 'cmd.exe'
  return spawn(interpreter, ['/d', '/s', '/c', `"${line}"`], {
    env,
    cwd,
    stdio: 'inherit',
    windowsVerbatimArguments: true,
  })
}

function endOf(child: ChildProcess, name: string): Promise<EditorEnd> {
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => reject(startFailure(name, error.code)))
    child.on('close', (status, signal) => {
      if (status === 0) resolve({ kind: 'done' })
      else if (signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP')
        resolve({ kind: 'interrupted', signal })
      else
        resolve({ kind: 'failed', reason: signal === null ? `ended with status ${status}` : `was ended by ${signal}` })
    })
  })
}

function startFailure(name: string, code: string | undefined): SecretsError {
  const reason = code === 'ENOENT' ? 'was not found' : `cannot be started (${code ?? 'unknown'})`
  return new SecretsError('EDITOR_FAILED', `the editor ${name} ${reason}`, {
    hint: 'name another: export SECRETS_EDITOR="nano"',
  })
}
