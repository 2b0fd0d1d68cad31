/**
 * The main job on real files, in a temporary repository: keys, environments, encryption, an edit, a difference, a pipeline
 * with one key. Prints every command as a person would type it, with its real output; ends with a status other than 0 if
 * anything goes otherwise than told. Leaves nothing behind.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createSandbox, Unexpected } from './demo/sandbox.js'
import { story } from './demo/story.js'

const started = Date.now()
build()
const sandbox = createSandbox('shop')
process.on('exit', sandbox.remove)
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, () => process.exit(status))
}
process.exitCode = await play()

async function play() {
  const state = { recipients: new Map(), alice: sandbox.env('alice'), bob: sandbox.env('bob') }
  try {
    for (const step of story) await step(sandbox, state)
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error
    console.error(`\nnot as expected: ${error.message}`)
    return 1
  }
  console.log(`\nAll of this went as expected, in ${((Date.now() - started) / 1000).toFixed(1)} s.`)
  return 0
}

function build() {
  const script = fileURLToPath(new URL('build.js', import.meta.url))
  const { status } = spawnSync(process.execPath, [script, '--if-stale', '--cli'], { stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}
