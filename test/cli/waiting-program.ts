import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommandLine } from '../../src/cli/command-line.ts'
import { hideMessagesOfDefects } from '../../src/cli/main.ts'
import { processEnvironment } from '../../src/cli/process-environment.ts'
import { entryOf, probe } from './in-process.ts'

/**
 * A program with one command that waits for ever: `patient` ends when it is told to, `stubborn` does not
 * listen, `broken` throws where nobody catches.
 */
const manner = process.argv[2]

const command = probe(async (context) => {
  context.onExit(() => writeFileSync(join(context.env['WAITING_FOLDER'] ?? '', 'cleaned'), ''))
  const alive = setInterval(() => {}, 1000)
  await context.terminal.result('ready\n')
  if (manner === 'broken')
    setTimeout(() => {
      throw new Error('marker7')
    }, 1)
  await new Promise((_, reject) => {
    if (manner === 'patient') context.signal.addEventListener('abort', () => reject(new Error('aborted')))
  })
  clearInterval(alive)
})

hideMessagesOfDefects(process)
process.exit(await runCommandLine(['probe'], processEnvironment(process), [entryOf(command)]))
